import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";

/** Where the package keeps Chromium, its libraries and a font, compressed. */
const PACKED = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "..", "bin");
const TARS = ["al2023.tar", "fonts.tar", "swiftshader.tar"];

export type UnpackedChromium = { readonly executablePath: string; readonly env: Record<string, string> };

/**
 * Unpacks, once for each machine, all that Chromium needs beside the C library: it brings its own libraries
 * and its own font, so that pages look alike everywhere, also where no font is installed at all, which
 * would end it. (The package itself does this only on the machines of one cloud.)
 */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const { version } = JSON.parse(await readFile(join(PACKED, "..", "package.json"), "utf8")) as { version: string };
  const folder = join(tmpdir(), `heddle-chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    executablePath: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "heddle-fonts.conf") },
  };
}

/** The folder appears when all of it is there; whoever comes second throws theirs away. */
async function unpackInto(folder: string): Promise<void> {
  const making = await mkdtemp(`${folder}-`);
  const executable = join(making, "chromium");
  await Promise.all([decompress("chromium", executable), ...TARS.map((name) => untar(name, making))]);
  await chmod(executable, 0o755);
  await writeFile(join(making, "heddle-fonts.conf"), fontConfiguration(folder));
  try {
    await rename(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(making, { recursive: true });
  }
}

async function untar(name: string, folder: string): Promise<void> {
  const file = join(folder, name);
  await decompress(name, file);
  await promisify(execFile)("tar", ["-xf", file, "-C", folder]);
  await rm(file);
}

async function decompress(name: string, file: string): Promise<void> {
  await pipeline(createReadStream(join(PACKED, `${name}.br`)), createBrotliDecompress(), createWriteStream(file));
}

function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
}
