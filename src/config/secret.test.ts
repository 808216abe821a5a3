import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withSecrets } from "./secret.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-secret-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

it("replaces references wherever they stand, and leaves everything else alone", async () => {
  await writeFile(join(folder, "key"), "from the file\n");
  const settings = {
    apiKey: "${file:key}",
    url: "https://${env:HOST}:${env:PORT:-443}/api",
    nested: [{ token: "${env:HOST}" }],
    attempts: 3,
    plain: "$HOME ${else}",
  };

  expect(await withSecrets(settings, { environment: { HOST: "erp.example.com" }, folder })).toEqual({
    apiKey: "from the file",
    url: "https://erp.example.com:443/api",
    nested: [{ token: "erp.example.com" }],
    attempts: 3,
    plain: "$HOME ${else}",
  });
});

it("says which reference leads nowhere, without what the others hold", async () => {
  const settings = { url: "${env:HOST}", apiKey: "${env:MISSING}" };
  const failure = withSecrets(settings, { environment: { HOST: "hidden.example.com" }, folder });
  await expect(failure).rejects.toMatchObject({
    name: "SecretError",
    message: "${env:MISSING} is not set",
    fix: "set the environment variable MISSING",
  });
});

it("takes an empty variable for one that is not set", async () => {
  const sources = { environment: { DATABASE_URL: "" }, folder };
  await expect(withSecrets("${env:DATABASE_URL}", sources)).rejects.toThrow("is not set");
  expect(await withSecrets("${env:DATABASE_URL:-}", sources)).toBe("");
});

it("says which file cannot be read", async () => {
  await expect(withSecrets("${file:none}", { environment: {}, folder })).rejects.toMatchObject({
    reference: "${file:none}",
    cause: { code: "ENOENT" },
  });
});
