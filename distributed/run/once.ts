import type { ShardCommand } from "../../runner/remote/mod.ts";

/** Calls that a part makes once, whoever commands it, with the numbers of their answers. */
const ONCE: Readonly<Partial<Record<ShardCommand["call"], number>>> = {
  load: 1,
  prepare: 2,
  setup: 3,
  start: 4,
  teardown: 5,
  summary: 6,
};
/** Numbers of answers from which on images have theirs, then the calls of a coordinator's own. */
const IMAGES = 2 ** 32;
const OWN = 2 ** 33;
/** Calls of its own that a coordinator has numbers for. */
const OWN_CALLS = 2 ** 20;

/** What a command is done once for. */
export interface OnceOnly {
  /** See `PartCommand.key`. */
  readonly key: string;
  /** Number of the command, and so of its answer: the same for the same key. */
  readonly id: number;
}

/**
 * What a command is done once for. The number of its answer follows from that alone: so a coordinator
 * that takes over finds the answers to what another one asked in the log.
 */
export async function onceOnly(command: ShardCommand, epoch: number): Promise<OnceOnly> {
  const { call, id } = command;
  const once = ONCE[call];
  if (once !== undefined) return { key: call, id: once };
  if (call === "image") {
    const text = new TextEncoder().encode(JSON.stringify(command.args));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
    const number = new DataView(hash.buffer).getUint32(0);
    return { key: `image.${hash.subarray(0, 16).toHex()}`, id: IMAGES + number };
  }
  return { key: `${epoch}.${id}`, id: OWN + epoch * OWN_CALLS + id };
}
