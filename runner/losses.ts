import { describeError, ExitCode } from "../internal/mod.ts";
import { loadShard, type Plan, prepareShard } from "./init.ts";
import type { LiveControl } from "./live_control.ts";
import type { LoadCalls } from "./load_calls.ts";
import { canMove, plannedMs } from "./plan.ts";
import type { RunRequest } from "./request.ts";
import type { Shard } from "./shard/mod.ts";
import type { ShardGroup } from "./shard_group.ts";
import type { RunTuning } from "./_tuning.ts";

/** How often the work of one shard may be given to another. */
const MAX_TRIES = 3;

/** The load that shards may be lost of. */
export interface LossyLoad {
  readonly request: RunRequest;
  readonly tuning: RunTuning;
  readonly plan: Plan;
  readonly group: ShardGroup;
  readonly control: LiveControl;
  readonly calls: LoadCalls;
  /** When it began, milliseconds since the epoch. */
  readonly startedAt: number;
  /** What `setup` gave. */
  readonly data: string | null;
  /** How long before its time a start is told. */
  readonly leadMs: number;
  now(): number;
  elapsedMs(): number;
  /** Whether iterations may still start. */
  wanted(): boolean;
  log(text: string): void;
  /** The run fails for it, and goes on. */
  fail(reason: string, code: number): void;
  /** The run ends for it. */
  abort(reason: string, code: number): void;
}

/** What is done when a shard is lost while the load goes on, as `onLoss` of the request says. */
export function lossesOf(load: LossyLoad): (shard: Shard, reason: string) => void {
  const { onLoss = "mark" } = load.request;
  if (onLoss === "redistribute") return redistribution(load);
  const end = onLoss === "abort" ? load.abort : load.fail;
  return (_shard, reason) => end(reason, ExitCode.shardLost);
}

/** Gives what is left of a lost shard's work to a new one, and that of the new one to the next. */
function redistribution(load: LossyLoad): (shard: Shard, reason: string) => void {
  const { plan: { options }, group, calls } = load;
  /** By the name of their segment: why its first shard was lost, and how often another was tried. */
  const known = new Map<number, { readonly reason: string; tries: number }>();
  const stays = options.scenarios.filter((one) => !canMove(one)).map(({ name }) => name);
  const fail = (reason: string, why: string) =>
    load.fail(`${reason} (its work can't be redistributed: ${why})`, ExitCode.shardLost);

  return (shard, reason) => {
    const origin = group.originOf(shard);
    const first = origin === shard.index;
    // One that took over and is lost in turn is a loss of its own.
    const lost = first || group.hasJoined(shard) ? { reason, tries: 0 } : known.get(origin)!;
    lost.tries = 1 + (known.get(origin)?.tries ?? 0);
    known.set(origin, lost);
    if (first && stays.length > 0) {
      fail(reason, `${stays.join(", ")} has a fixed number of iterations`);
    }
    if (stays.length === options.scenarios.length) return;
    if (!load.wanted() || load.elapsedMs() >= plannedMs(options)) {
      fail(lost.reason, "the load ends");
    } else if (lost.tries > MAX_TRIES) fail(lost.reason, `${MAX_TRIES} shards were lost with it`);
    else calls.await(replace(load, shard, (why) => fail(lost.reason, why)));
  };
}

/** Has a new shard go on where one was lost. Never rejects; a new one that is lost is told of as any. */
async function replace(
  load: LossyLoad,
  lost: Shard,
  fail: (why: string) => void,
): Promise<void> {
  const { request, tuning, plan, group, control, calls, startedAt, data, leadMs } = load;
  let shard: Shard;
  try {
    shard = group.add(group.arrays.readable, lost);
  } catch (error) {
    return fail(describeError(error));
  }
  try {
    await loadShard(shard, plan.source, request, tuning, plan.images);
    await prepareShard(shard, group, plan.options, tuning);
  } catch (error) {
    if (shard.live) shard.lose(`${shard.name} failed: ${describeError(error)}`);
    return;
  }
  if (!load.wanted()) return fail("the load ends");
  // What was changed live has to be known before its part is planned.
  for (const command of control.said) {
    shard.call("control", command, tuning.initMs).catch(() => {});
  }
  const atMs = load.elapsedMs() + leadMs;
  const startAt = startedAt + control.lostMs;
  group.relieve(shard, atMs);
  calls.start(shard, { startAt, sentAt: load.now(), data, joinAt: startAt + atMs });
  load.log(`${shard.name} takes over from ${lost.name}, which was lost`);
}
