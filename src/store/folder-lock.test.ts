import { expect, it } from "vitest";
import { withFolderLock } from "./folder-lock.ts";

it("lets one at a time into a folder, and others into other folders meanwhile", async () => {
  const seen: string[] = [];
  const enter = (folder: string, name: string) =>
    withFolderLock(folder, async () => {
      seen.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} out`);
    });

  await Promise.all([enter("/folder/a", "one"), enter("/folder/a", "two"), enter("/folder/a", "three")]);

  expect(seen.map((each) => each.split(" ")[1])).toEqual(["in", "out", "in", "out", "in", "out"]);
  await withFolderLock("/folder/a", () => enter("/folder/b", "elsewhere"));
  expect(seen.slice(-2)).toEqual(["elsewhere in", "elsewhere out"]);
});

it("opens again after a failure inside", async () => {
  const failing = withFolderLock("/folder/c", () => Promise.reject(new Error("disk full")));

  await expect(failing).rejects.toThrow("disk full");
  expect(await withFolderLock("/folder/c", async () => "in")).toBe("in");
});
