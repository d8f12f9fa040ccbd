import { currentContext } from "../../metrics/mod.ts";
import { DownpourError } from "../../internal/mod.ts";
import { NO_SECRETS, type Secrets } from "../secrets.ts";
import type { MemoryRecords, SharedImage, SharedInfo } from "./shared_records.ts";

export type { SharedImage, SharedInfo };

/** Keys of a context's `locals`: the scope of its script, and whether its top level runs. */
const SCOPE = Symbol("downpour.script");
const INIT = Symbol("downpour.init");

/**
 * What all instances of a script share in this process: files are read once, shared arrays made
 * once, however many virtual users there are.
 */
export class ScriptScope {
  /** Shared arrays by name. */
  readonly arrays: Map<string, readonly unknown[]> = new Map();
  /** What those that were loaded here are made of. */
  readonly records: Map<string, MemoryRecords> = new Map();
  /** Those that another process loaded. */
  readonly images: ReadonlyMap<string, SharedImage>;
  /** Texts of files by path. */
  readonly texts: Map<string, string> = new Map();
  /** Bytes of files by path. */
  readonly bytes: Map<string, ArrayBuffer> = new Map();
  /** The run's secrets. */
  readonly secrets: Secrets;

  constructor(secrets: Secrets, images: readonly SharedImage[] = []) {
    this.secrets = secrets;
    this.images = new Map(images.map((image) => [image.name, image]));
  }

  /** The shared arrays that were loaded here. */
  get shared(): SharedInfo[] {
    return Array.from(this.records, ([name, { image, ends }]) => {
      return { name, size: image.size, count: ends.length };
    });
  }

  /** Part of the image of one of them. */
  sharedBytes(name: string, from: number, to: number): Uint8Array {
    const records = this.records.get(name);
    if (records !== undefined) return records.image.slice(from, to);
    throw new DownpourError("shard_protocol", `no shared array ${name} was loaded here`);
  }

  /** Runs a script's top level in the current context, whose scope this is from then on. */
  async init<T>(topLevel: () => Promise<T>): Promise<T> {
    const { locals } = currentContext();
    locals.set(SCOPE, this);
    locals.set(INIT, true);
    try {
      return await topLevel();
    } finally {
      locals.delete(INIT);
    }
  }
}

/** Outside a run (a script that is run or tested by itself) it is as long as the process. */
let outside: ScriptScope | undefined;

/** The scope of the running script. */
export function scriptScope(): ScriptScope {
  const found = currentContext().locals.get(SCOPE);
  return found instanceof ScriptScope ? found : outside ??= new ScriptScope(NO_SECRETS);
}

/**
 * The scope of the script whose top level runs now.
 *
 * @param what may be done only there, for the message
 * @throws {DownpourError} `not_in_init` in `setup`, in iterations and after
 */
export function initScope(what: string): ScriptScope {
  const { locals, owned } = currentContext();
  if (locals.has(INIT) || owned === null) return scriptScope();
  throw new DownpourError(
    "not_in_init",
    `${what} works only while the script loads, not in setup or an iteration: ` +
      `call it at the script's top level and use there what it gives`,
  );
}
