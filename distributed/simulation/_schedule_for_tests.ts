import type { Random } from "../../internal/fuzz_for_tests.ts";
import type { MemoryFaults } from "../bus/memory/faults.ts";

/** A run, what it runs on and all that goes wrong meanwhile: decides a simulation entirely. */
export interface Schedule {
  /** Decides the chances of faults and the delays. */
  readonly seed: number;
  /** Agents of the pool. */
  readonly agents: readonly AgentPlan[];
  /** How many of them the run asks for. */
  readonly wanted: number;
  readonly onLoss: "mark" | "redistribute" | "abort";
  readonly lossAfterMs: number;
  readonly loadMs: number;
  readonly deltaMs: number;
  /** Whether shards log so much that spools fill when nothing can be sent. */
  readonly chatty: boolean;
  /** How far the clocks of coordinators are off, in the order of their coming; milliseconds. */
  readonly coordinatorOffsetsMs: readonly number[];
  /** What always goes wrong with coordinators. */
  readonly coordinatorFaults: MemoryFaults;
  /** In order. */
  readonly incidents: readonly Incident[];
}

/** An agent. */
export interface AgentPlan {
  readonly offsetMs: number;
  readonly cores: number;
  /** What always goes wrong with what it sends and gets. */
  readonly faults: MemoryFaults;
}

/** Something that happens; times are since the coordinator began, milliseconds. */
export type Incident = { readonly atMs: number } & Happening;

type Happening =
  | {
    readonly what: "partition" | "heal" | "kill" | "restart" | "shard dies";
    readonly agent: number;
  }
  /** Of the coordinator that came last. */
  | { readonly what: "coordinator cut" | "coordinator heal" | "coordinator dies" }
  | { readonly what: "attach"; readonly force: boolean }
  | { readonly what: "servers stop" | "ids forgotten" }
  | { readonly what: "servers start"; readonly lost: boolean }
  | { readonly what: "election"; readonly on: boolean }
  | { readonly what: "records lost"; readonly count: number };

/** When the last incident may begin, and how long one may last. */
const LAST_MS = 12_000;
const LONGEST_MS = 10_000;

/** A schedule of up to four incidents. */
export function randomSchedule(random: Random): Schedule {
  const count = 1 + random.below(3);
  const spares = random.once(3) ? 1 : 0;
  const agents = Array.from({ length: count + spares }, (): AgentPlan => ({
    offsetMs: randomOffset(random),
    cores: random.once(3) ? 2 : 1,
    faults: randomFaults(random),
  }));
  const incidents: Incident[] = [];
  for (let n = random.below(5); n > 0; n--) {
    incidents.push(...randomIncident(random, agents.length));
  }
  return {
    seed: random.below(2 ** 31),
    agents,
    wanted: count,
    onLoss: random.pick(["mark", "mark", "redistribute", "redistribute", "abort"]),
    lossAfterMs: random.pick([2500, 4000, 8000]),
    loadMs: 2000 + random.below(6000),
    deltaMs: random.pick([500, 1000]),
    chatty: random.once(8),
    coordinatorOffsetsMs: Array.from({ length: 6 }, () => randomOffset(random)),
    coordinatorFaults: randomFaults(random),
    incidents: incidents.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** How a clock is off: often not at all, at most a minute. */
function randomOffset(random: Random): number {
  if (random.once(3)) return 0;
  return random.once(2) ? random.below(200) - 100 : random.below(120_001) - 60_000;
}

function randomFaults(random: Random): MemoryFaults {
  if (random.once(3)) return { delayMs: random.below(5) };
  const least = random.below(20);
  return {
    delayMs: random.once(6) ? [100, 400] : [least, least + random.below(60)],
    ...(random.once(2) ? { drop: random.below(15) / 100 } : {}),
    ...(random.once(2) ? { lostAcks: random.below(20) / 100 } : {}),
    ...(random.once(2) ? { duplicate: random.below(40) / 100 } : {}),
  };
}

function randomIncident(random: Random, agents: number): Incident[] {
  const atMs = random.below(LAST_MS);
  const laterMs = atMs + 200 + random.below(LONGEST_MS);
  const agent = random.below(agents);
  switch (random.below(9)) {
    case 0:
    case 1:
      return [{ atMs, what: "partition", agent }, { atMs: laterMs, what: "heal", agent }];
    case 2:
      return [{ atMs, what: "kill", agent }, { atMs: laterMs, what: "restart", agent }];
    case 3:
      return [{ atMs, what: "coordinator cut" }, { atMs: laterMs, what: "coordinator heal" }];
    case 4:
      return [
        { atMs, what: "coordinator dies" },
        { atMs: laterMs, what: "attach", force: random.once(2) },
      ];
    case 5:
      return [{ atMs, what: "attach", force: !random.once(3) }];
    case 6: {
      const lost = random.once(3);
      return [{ atMs, what: "servers stop" }, { atMs: laterMs, what: "servers start", lost }];
    }
    case 7:
      return [{ atMs, what: "election", on: true }, { atMs: laterMs, what: "election", on: false }];
    default:
      return [random.pick<Incident>([
        { atMs, what: "shard dies", agent },
        { atMs, what: "ids forgotten" },
        { atMs, what: "records lost", count: 1 + random.below(5) },
      ])];
  }
}
