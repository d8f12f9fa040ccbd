import { DownpourError, ExitCode } from "../../internal/mod.ts";

/** Headers and contents are whole blocks (POSIX.1-1988, ustar). */
export const BLOCK = 512;

/** What an archive may hold: on both sides, so that what is written can be read. */
export const LIMITS = {
  /** Files. */
  files: 10_000,
  /** Bytes of all files. */
  bytes: 2 ** 30,
} as const;

const NAME = 100;
const PREFIX_AT = 345;
const PREFIX = 155;
const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** An archive that can't be written or read. Code: `archive_invalid`. */
export class ArchiveError extends DownpourError {
  /** `ArchiveError`. */
  override readonly name: string = "ArchiveError";
  /** What the command ends with: as for any script that can't be loaded. */
  readonly exitCode: number = ExitCode.script;

  /** What is wrong with it. */
  constructor(message: string, cause?: unknown) {
    super("archive_invalid", message, { cause });
  }
}

/** A regular file of an archive. */
export interface TarFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The header of a regular file; owner, group and time are zero, so that the same files give the
 * same archive.
 *
 * @throws {ArchiveError} for a path that is longer than ustar's 255 bytes, or can't be split
 */
export function encodeHeader({ path, size }: TarFile): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const [prefix, name] = splitPath(path);
  const put = (at: number, text: string) => block.set(encoder.encode(text), at);
  block.set(name, 0);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(156, "0");
  put(257, "ustar\0" + "00");
  block.set(prefix, PREFIX_AT);
  put(148, `${checksum(block).toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** The name goes into two fields, parted at a slash. */
function splitPath(path: string): [prefix: Uint8Array, name: Uint8Array] {
  checkPath(path);
  const bytes = encoder.encode(path);
  if (bytes.length <= NAME) return [new Uint8Array(0), bytes];
  for (let at = bytes.indexOf(0x2f); at >= 0; at = bytes.indexOf(0x2f, at + 1)) {
    if (at <= PREFIX && bytes.length - at - 1 <= NAME) {
      return [bytes.subarray(0, at), bytes.subarray(at + 1)];
    }
  }
  throw new ArchiveError(`the path is too long for an archive: ${path}`);
}

/**
 * The file that a header begins; null for a folder, which needs no entry of its own.
 *
 * @throws {ArchiveError} for what is no header, and for links, devices and extensions
 */
export function decodeHeader(block: Uint8Array): TarFile | null {
  if (octal(block, 148, 8) !== checksum(block)) throw new ArchiveError("a header is damaged");
  if (textAt(block, 257, 5) !== "ustar") throw new ArchiveError("it is no ustar archive");
  const [prefix, name] = [textAt(block, PREFIX_AT, PREFIX), textAt(block, 0, NAME)];
  const path = prefix === "" ? name : `${prefix}/${name}`;
  const type = block[156]!;
  if (type === 0x35) {
    checkPath(path.replace(/\/$/, ""));
    return null;
  }
  if (type !== 0x30 && type !== 0) {
    const kind = JSON.stringify(String.fromCharCode(type));
    throw new ArchiveError(`${shown(path)} is no regular file (type ${kind})`);
  }
  checkPath(path);
  return { path, size: octal(block, 124, 12) };
}

/**
 * Makes sure that a path stays below the folder that it is unpacked into.
 *
 * @throws {ArchiveError}
 */
export function checkPath(path: string): void {
  const parts = path.split("/");
  if (
    parts.some((part) => part === "" || part === "." || part === "..") ||
    // deno-lint-ignore no-control-regex
    /[\0-\x1f\x7f\\]|^[a-z]:/i.test(path)
  ) {
    throw new ArchiveError(`${shown(path)} is no path below the archive`);
  }
}

/** The sum of a header's bytes, its own field read as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  return sum;
}

function octal(block: Uint8Array, at: number, length: number): number {
  const text = textAt(block, at, length).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new ArchiveError("a header has no octal number");
  return parseInt(text, 8);
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  try {
    return decoder.decode(end < 0 ? field : field.subarray(0, end));
  } catch (cause) {
    throw new ArchiveError("a header is not UTF-8", cause);
  }
}

function shown(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
