import { inflateRawSync } from "node:zlib";
import { UNPACKED_BYTES_MAX } from "./limits.ts";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const COMMENT_MAX = 65_535;
const ENTRIES_MAX = 10_000;

/**
 * Why a ZIP file must not be unpacked, or null where it may. Sizes that a bomb's directory states are lies,
 * so each entry is unpacked here, and given up where it grows beyond what is left of the limit.
 */
export function zipProblem(bytes: Uint8Array): string | null {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOfDirectory(zip);
  if (end === null) return "is cut off or no workbook";
  const count = zip.readUInt16LE(end + 10);
  if (count > ENTRIES_MAX) return `holds ${count} files`;
  let at = zip.readUInt32LE(end + 16);
  let left = UNPACKED_BYTES_MAX;
  for (let entry = 0; entry < count; entry++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== ENTRY) return "has a damaged directory";
    if ((zip.readUInt16LE(at + 8) & 1) === 1) return "is protected by a password";
    const size = unpackedSize(zip, at, left);
    if (typeof size === "string") return size;
    left -= size;
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return null;
}

function endOfDirectory(zip: Buffer): number | null {
  const from = Math.max(0, zip.length - END_LENGTH - COMMENT_MAX);
  for (let at = zip.length - END_LENGTH; at >= from; at--) if (zip.readUInt32LE(at) === END) return at;
  return null;
}

function unpackedSize(zip: Buffer, entry: number, left: number): number | string {
  const method = zip.readUInt16LE(entry + 10);
  const packed = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL) return "has a damaged directory";
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (start + packed > zip.length) return "is cut off";
  if (method === 0) return packed <= left ? packed : tooLarge();
  if (method !== 8) return `is packed by method ${method}`;
  try {
    return inflateRawSync(zip.subarray(start, start + packed), { maxOutputLength: Math.max(1, left) }).length;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge() : "is damaged";
  }
}

function tooLarge(): string {
  return `unpacks to more than ${UNPACKED_BYTES_MAX / 1024 / 1024} MiB`;
}
