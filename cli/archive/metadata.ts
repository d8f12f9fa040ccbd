import { describeError, VERSION } from "../../internal/mod.ts";
import { ArchiveError, checkPath } from "./tar_header.ts";

/** Its place in an archive. */
export const METADATA = "metadata.json";
/** The folder in an archive that the script's files are in. */
export const FILES = "files";
/** The largest that is read, in bytes. */
const MAX_BYTES = 2 ** 20;
const FORMAT = 1;

/** What an archive says of itself. */
export interface Metadata {
  /** Path of the script, below the files. */
  readonly script: string;
  /** The options, with those of flags and of the environment that it was archived in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Values of the script's `__ENV`. */
  readonly env: Readonly<Record<string, string>>;
  /** The npm packages that it imports, which are not inside. */
  readonly npm: readonly string[];
}

/** As it is written. */
export function metadataText(metadata: Metadata): string {
  return `${JSON.stringify({ format: FORMAT, downpour: VERSION, ...metadata }, null, 2)}\n`;
}

/**
 * Reads the metadata of an unpacked archive, which anybody may have written.
 *
 * @throws {ArchiveError}
 */
export async function readMetadata(path: string): Promise<Metadata> {
  let value: unknown;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is none" : describeError(error);
    throw new ArchiveError(`its ${METADATA} can't be read: ${why}`, error);
  }
  if (!isObject(value)) throw new ArchiveError(`its ${METADATA} is no object`);
  const { format, script, options, env, npm = [] } = value;
  if (format !== FORMAT) {
    throw new ArchiveError(`it has format ${String(format)}, and this version reads ${FORMAT}`);
  }
  if (typeof script !== "string") throw new ArchiveError(`its ${METADATA} names no script`);
  checkPath(script);
  if (!isObject(options)) throw new ArchiveError(`its ${METADATA} has no options`);
  if (!isObject(env) || !Object.values(env).every((text) => typeof text === "string")) {
    throw new ArchiveError(`env in its ${METADATA} are no texts`);
  }
  if (!Array.isArray(npm) || !npm.every((name) => typeof name === "string")) {
    throw new ArchiveError(`npm in its ${METADATA} is no list of names`);
  }
  return { script, options, env: env as Record<string, string>, npm };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
