import { decodeCommand, type ShardCommand } from "../../runner/remote/mod.ts";
import type { Blobs } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import type { PartCommand } from "../wire/mod.ts";

/** The type of a frame that holds a command: see `runner/shard/frames.ts`. */
const CONTROL = 1;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The shard's command in a part's: what stands in blobs is read.
 *
 * @param check called with the blob of a script before it is looked at; rejects for one that isn't trusted
 * @throws {PoolError} `bus_missing`, `bundle_untrusted`, `message_malformed`
 */
export async function unpackCommand(
  { command, blob }: PartCommand,
  blobs: Pick<Blobs, "get">,
  check: (bundle: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<ShardCommand> {
  const text = command ?? (blob === null ? "" : decoder.decode(await blobs.get(blob)));
  const found = parse(text);
  if (found.call !== "load") return found;
  const [source, images] = await Promise.all([
    blobOf(found, "source", blobs),
    blobOf(found, "images", blobs),
  ]);
  await check(source);
  return {
    ...found,
    args: { ...found.args, source: jsonOf(source, "script"), images: jsonOf(images, "images") },
  };
}

function parse(text: string): ShardCommand {
  try {
    const payload = new TextEncoder().encode(text);
    const found = decodeCommand({ type: CONTROL, payload });
    if (typeof found.id === "number" && typeof found.args === "object") return found;
  } catch (error) {
    throw malformed("command", error);
  }
  throw malformed("command");
}

/** Only by its hash is it known what was signed: what stands in a command itself is refused. */
function blobOf(
  command: ShardCommand & { call: "load" },
  name: "source" | "images",
  blobs: Pick<Blobs, "get">,
): Promise<Uint8Array<ArrayBuffer>> {
  const ref: unknown = command.args[name];
  const hash = typeof ref === "object" && ref !== null && "blob" in ref ? ref.blob : null;
  if (typeof hash !== "string") throw malformed(`command: its ${name} is no blob`);
  return blobs.get(hash) as Promise<Uint8Array<ArrayBuffer>>;
}

function jsonOf<T>(bytes: Uint8Array, what: string): T {
  try {
    return JSON.parse(decoder.decode(bytes)) as T;
  } catch (error) {
    throw malformed(what, error);
  }
}

function malformed(what: string, cause?: unknown): PoolError {
  return new PoolError("message_malformed", `got a malformed ${what} of a run`, cause);
}
