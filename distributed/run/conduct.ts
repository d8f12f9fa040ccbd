import type { RunRequest, RunResult } from "../../runner/mod.ts";
import {
  type Clock,
  permissionsOf,
  type ShardLink,
  type ShardStarter,
} from "../../runner/remote/mod.ts";
import { describeError, ExitCode, VERSION } from "../../internal/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { beatSubjects, clockSubject, jobQueue, specKey, upSubjects } from "../names.ts";
import {
  type AgentCard,
  type ClockAnswer,
  encodeMessage,
  type PartJob,
  PROTOCOL,
  readPartBeat,
  type RunSpec,
} from "../wire/mod.ts";
import { endRun } from "./end.ts";
import type { HeldLease } from "./lease.ts";
import { type AgentsWatch, watchAgents } from "./live_agents.ts";
import { linkPart, type PartCount, type PartLink, type RunLine } from "./part_link.ts";
import { createPacker } from "./shared_blobs.ts";
import { agreeOnStart } from "./start_barrier.ts";
import { chooseSpare } from "./spare.ts";
import type { StoredRequest } from "./stored_request.ts";

/** How often it is looked whether parts are silent, and how often they say that they live. */
const LOOK_MS = 250;
const BEAT_MS = 250;
/** Parts that say so that often; more of them say it less often, but within the time until they are silent. */
const PARTS_A_BEAT = 100;
const MOST_BEAT_MS = 1000;
/** How long the parts of a run that was taken over have to be heard of before they are offered again. */
const HEAR_MS = 2000;
/** What may wait for calls, of all parts together, until no more of the log is read; bytes. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;

/** Why the parts of a coordinator end when another one has them. */
const TAKEN_OVER = "another coordinator has taken over the run";

/** A run on a pool: what its coordinator runs by, and its end. */
export interface PoolRun {
  readonly id: string;
  /** Agents, by part. */
  readonly agents: readonly string[];
  /** What `startRun` is called with. */
  readonly request: RunRequest;
  /** Aborts, with a `PoolError` `run_fenced`, when another coordinator has taken over. */
  readonly fenced: AbortSignal;
  /**
   * Ends it when its coordinator has: says so to all, and removes what the pool kept of it, which
   * stays for an hour when something is missing. Does nothing for a run that was taken over.
   *
   * @param result null when it ended before its load
   */
  end(result: Pick<RunResult, "exitCode" | "complete"> | null): Promise<void>;
}

/** A run as it is described to the pool, and who commands it. */
export interface Conducted {
  readonly bus: Bus;
  readonly time: Pick<Clock, "now" | "sleep">;
  readonly spec: RunSpec;
  readonly stored: StoredRequest;
  readonly lease: HeldLease;
  /** Labels of its agents, as far as they are known. */
  readonly cards: readonly AgentCard[];
  /** Whether its parts were offered by another coordinator. */
  readonly takenOver: boolean;
}

/** Conducts a run: offers its parts, links them to its coordinator, answers what they ask for. */
export async function conduct(run: Conducted): Promise<
  Omit<PoolRun, "request"> & {
    readonly starter: ShardStarter;
    startBarrier(proposed: number): Promise<number>;
  }
> {
  const { bus, time, stored, lease } = run;
  let { spec } = run;
  /** Whether the pool has the description of the run as it is. */
  let described: Promise<unknown> = Promise.resolve();
  const id = spec.run;
  const load = Math.max(1, stored.parts.count / PARTS_A_BEAT);
  const beatMs = Math.min(MOST_BEAT_MS, Math.round(BEAT_MS * load));
  const over = new AbortController();
  const { signal } = over;
  const links = new Map<number, PartLink>();
  const line: RunLine = {
    ...{ bus, time, run: id, epoch: lease.epoch, lossAfterMs: stored.lossAfterMs },
    packer: createPacker(bus.blobs),
    fenced: () => lease.fence(),
  };
  let connected = true;
  const stopListening = bus.onConnection((now) => connected = now);
  const spares: AgentsWatch | null = spec.onLoss === "redistribute"
    ? await watchAgents(bus, time, signal)
    : null;

  await bus.live.handle(clockSubject(id), () => {
    const answer: ClockAnswer = { epoch: lease.epoch, now: time.now() };
    return encodeMessage(answer);
  }, signal);
  await bus.live.handle(beatSubjects(id), (bytes, subject) => {
    links.get(partOf(subject))?.beat(readPartBeat(bytes));
  }, signal);
  lease.fenced.addEventListener("abort", () => {
    for (const link of links.values()) link.end(TAKEN_OVER);
  });
  // Parts that take over are linked later than they are read of in a log that is read again.
  const early = new Map<number, Uint8Array[]>();
  let earlyBytes = 0;
  const waitingBytes = () =>
    [...links.values()].reduce((sum, link) => sum + link.waitingBytes, earlyBytes);
  const reading = bus.log.read(upSubjects(id), async ({ subject, bytes }) => {
    const part = partOf(subject);
    const link = links.get(part);
    if (link !== undefined) link.record(bytes);
    else if (part < spec.agents.length) {
      early.set(part, [...early.get(part) ?? [], bytes]);
      earlyBytes += bytes.length;
    }
    while (waitingBytes() > MAX_WAITING_BYTES && !signal.aborted) {
      await time.sleep(LOOK_MS, signal);
    }
  }, signal).catch((error: unknown) => {
    if (signal.aborted) return;
    for (const link of links.values()) {
      link.end(`what its agent says can't be read: ${describeError(error)}`);
    }
  });
  const looking = (async () => {
    for (;;) {
      await time.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
      for (const link of links.values()) link.passed(LOOK_MS, connected);
    }
  })();

  const offer = async (part: number, agent: string): Promise<void> => {
    const job: PartJob = {
      ...{ protocol: PROTOCOL, version: VERSION, run: id, part, beatMs },
      permissions: permissionsOf(stored.request),
      shards: stored.shards,
      signature: stored.signature,
      signer: stored.signer,
    };
    try {
      await described;
      if (run.takenOver) await time.sleep(HEAR_MS, signal);
      if (signal.aborted || run.takenOver && links.get(part)!.known) return;
      await bus.jobs.offer(jobQueue(agent), `${id}.${part}`, encodeMessage(job));
    } catch (error) {
      links.get(part)?.end(`it can't be offered to its agent: ${describeError(error)}`);
    }
  };

  /** The agent of a part: as described, or for one that takes over, a spare one. @throws {PoolError} */
  const agentOf = (part: number): string => {
    const known = spec.agents[part];
    if (known !== undefined) return known;
    const cards = spares?.live() ?? [];
    const agent = chooseSpare(cards, spec.agents, lostAgents(links), stored.labels);
    if (agent === null) {
      throw new PoolError(
        "pool_too_small",
        "no agent has a free slot for it: start one more, or agents with --slots 2",
      );
    }
    spec = { ...spec, agents: [...spec.agents, agent] };
    described = described.then(() => bus.keys.put(specKey(id), encodeMessage(spec)));
    described.catch(() => {});
    return agent;
  };

  const starter: ShardStarter = (part, on, log): ShardLink => {
    const agent = agentOf(part);
    const labels = [...run.cards, ...spares?.live() ?? []].find((card) => card.id === agent)
      ?.labels ?? {};
    const one = linkPart(line, { part, agent, labels, on, log });
    links.set(part, one);
    if (lease.fenced.aborted) one.end(TAKEN_OVER);
    for (const bytes of early.get(part) ?? []) {
      earlyBytes -= bytes.length;
      // Not within the call: whoever starts a part has not got its link yet.
      queueMicrotask(() => one.record(bytes));
    }
    early.delete(part);
    offer(part, agent);
    return one.link;
  };

  return {
    id,
    get agents() {
      return spec.agents;
    },
    fenced: lease.fenced,
    starter,
    startBarrier: (proposed) => agreeOnStart(bus.keys, id, time, lease.serversClock, proposed),
    async end(result) {
      const counts = [...links.values()].map((link) => link.count());
      over.abort();
      stopListening();
      await Promise.all([looking, reading]);
      if (lease.fenced.aborted || !await lease.confirm()) return;
      // Renewed no more: it goes away with the run, as what still describes it.
      lease.end();
      await described.catch(() => {});
      try {
        await endRun(bus, time, {
          run: id,
          parts: spec.agents.length,
          exitCode: result?.exitCode ?? ExitCode.failed,
          complete: result === null || result.complete && counts.every(isWhole),
        });
      } catch (error) {
        if (!(error instanceof PoolError && error.code === "bus_conflict")) throw error;
        lease.fence();
      }
    },
  };
}

function isWhole({ merged, sent }: PartCount): boolean {
  return sent === null || merged === sent;
}

function lostAgents(links: ReadonlyMap<number, PartLink>): Set<string> {
  return new Set([...links.values()].filter(({ lost }) => lost).map((link) => link.count().agent));
}

/** `up.RUN.PART`, `beat.RUN.PART`: the number of the part. */
function partOf(subject: string): number {
  return Number(subject.slice(subject.lastIndexOf(".") + 1));
}
