import { VERSION } from "../../internal/mod.ts";
import type { RunRequest, Secrets } from "../../runner/mod.ts";
import type { Clock } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { endKey, RUNS, specKey } from "../names.ts";
import { type AgentCard, encodeMessage, PROTOCOL, readRunSpec, type RunSpec } from "../wire/mod.ts";
import { type AgentsWanted, chooseAgents } from "./choose_agents.ts";
import { conduct, type Conducted, type PoolRun } from "./conduct.ts";
import { sweepRuns } from "./end.ts";
import { keepControl } from "./kept_control.ts";
import { type HeldLease, takeLease, takeOverLease } from "./lease.ts";
import { liveAgents } from "./live_agents.ts";
import type { Signer } from "./sign.ts";
import { readStoredRequest, type StoredRequest, storeRequest } from "./stored_request.ts";

/** How long a part may say nothing until it is given up, unless told otherwise; milliseconds. */
export const LOSS_AFTER_MS = 15_000;

/** Who conducts a run, and by what. */
interface Place {
  readonly bus: Bus;
  readonly time: Pick<Clock, "now" | "sleep">;
  /** The pool, for messages: `nats://127.0.0.1:4222`. */
  readonly where: string;
  /** This coordinator, for people: `downpour 4711 on host`. */
  readonly holder: string;
}

/** A run that is wanted of a pool. */
export interface PoolRunOptions extends Place {
  /** What is to be run; its source is a bundle. What it says of processes is not used. */
  readonly request: RunRequest & { readonly source: StoredRequest["request"]["source"] };
  readonly agents: AgentsWanted;
  /** What is to be done for the share of an agent that is lost. */
  readonly onLoss: RunSpec["onLoss"];
  /** Whether agents get shares by their cores, or equal ones. */
  readonly weight: "equal" | "cores";
  /** Processes of each agent; null for one a core. */
  readonly shards: number | null;
  /** How long an agent may say nothing until its part is given up, milliseconds. */
  readonly lossAfterMs: number;
  /** Signs the bundle; null for a bundle without a signature. */
  readonly signer: Signer | null;
  /** Name of the run. Default: eight random characters */
  readonly id?: string;
}

/**
 * Makes ready to run on agents of a pool: chooses them, describes the run, takes its lease. Whoever
 * calls it runs its `request` and calls `end`.
 *
 * @throws {PoolError} `pool_too_small`, `pool_version`; `bus_lost`, `bus_refused`
 */
export async function openPoolRun(options: PoolRunOptions): Promise<PoolRun> {
  const { bus, time, where, holder, request, onLoss, signer } = options;
  const { id = newId(), shards, lossAfterMs, agents: { labels } } = options;
  const cards = chooseAgents(await liveAgents(bus, time), options.agents, where);
  await sweepRuns(bus, time);
  const source = new TextEncoder().encode(
    JSON.stringify({ kind: "script", bundle: request.source.bundle }),
  );
  const stored: StoredRequest = {
    request: travelling(request),
    parts: { count: cards.length, weights: weightsOf(cards, options.weight) },
    ...{ shards, lossAfterMs, labels },
    secretNames: Object.keys(request.secrets?.sources ?? {}),
    signature: await signer?.sign(source) ?? null,
    signer: signer?.signer ?? null,
  };
  const spec: RunSpec = {
    ...{ protocol: PROTOCOL, version: VERSION, run: id, title: request.source.title, onLoss },
    request: await storeRequest(bus.blobs, stored),
    agents: cards.map((card) => card.id),
  };
  const lease = await takeLease({ keys: bus.keys, time, run: id, holder });
  return await conducted(request, lease, async () => {
    await bus.keys.create(specKey(id), encodeMessage(spec));
    return { bus, time, spec, stored, lease, cards, takenOver: false };
  });
}

/** A run that is to be taken over. */
export interface AttachOptions extends Place {
  readonly run: string;
  /** Takes it from a coordinator that lives, too. */
  readonly force: boolean;
  /** What its new coordinator brings itself: outputs, what scripts may import, secrets. */
  readonly own: Pick<RunRequest, "shardEntry" | "setup" | "outputs"> & {
    readonly secrets?: Secrets;
  };
}

/**
 * Takes over a run whose coordinator is gone: everything that its agents said is read again from the
 * beginning, so that nothing is missing from its result.
 *
 * @throws {PoolError} `run_unknown`, `run_fenced`, `pool_version`
 */
export async function attachPoolRun(options: AttachOptions): Promise<PoolRun> {
  const { bus, time, where, holder, run, force, own } = options;
  const spec = await specOf(bus, run, where);
  const stored = await readStoredRequest(bus.blobs, spec.request);
  const missing = stored.secretNames.filter((name) => own.secrets?.sources[name] === undefined);
  if (missing.length > 0) {
    throw new PoolError(
      "run_unknown",
      `run ${run} has secrets, which no pool keeps: give --secret-source again ` +
        `(missing: ${missing.join(", ")})`,
    );
  }
  const lease = await takeOverLease({ keys: bus.keys, time, run, holder }, force);
  const request: RunRequest = { ...stored.request, ...own };
  return await conducted(request, lease, async () => {
    const cards = await liveAgents(bus, time);
    return { bus, time, spec, stored, lease, cards, takenOver: true };
  });
}

async function conducted(
  request: RunRequest,
  lease: HeldLease,
  prepare: () => Promise<Conducted>,
): Promise<PoolRun> {
  try {
    const prepared = await prepare();
    const { keys } = prepared.bus;
    const control = await keepControl(keys, prepared.spec.run, lease, prepared.takenOver);
    const conducting = await conduct(prepared);
    const { id, fenced, end, starter, startBarrier } = conducting;
    const { stored, spec } = prepared;
    const { shards: _, standby: __, ...rest } = request;
    return {
      ...{ id, fenced, end },
      get agents() {
        return conducting.agents;
      },
      request: {
        ...rest,
        ...{ starter, startBarrier, parts: stored.parts, onLoss: spec.onLoss, inline: false },
        ...(control.before === null ? {} : { control: control.before }),
        controlled: (state) => control.keep(state),
      },
    };
  } catch (error) {
    lease.end();
    throw error;
  }
}

/** What a run is, if one can take it over. @throws {PoolError} `run_unknown`, `pool_version` */
async function specOf(bus: Bus, run: string, where: string): Promise<RunSpec> {
  const entry = /^[-\w]{1,64}$/.test(run) ? await bus.keys.get(specKey(run)) : null;
  if (entry === null || await bus.keys.get(endKey(run)) !== null) {
    const runs = await runsOf(bus);
    const there = runs.length === 0 ? "there is none" : `there are ${runs.join(", ")}`;
    const what = entry === null ? `no run ${run} is` : `run ${run} is over: none is`;
    throw new PoolError("run_unknown", `${what} at ${where} to go on with: ${there}`);
  }
  const spec = readRunSpec(entry.value);
  if (spec.protocol === PROTOCOL && spec.version === VERSION) return spec;
  throw new PoolError(
    "pool_version",
    `run ${run} was begun by downpour ${spec.version}, and this is ${VERSION}`,
  );
}

/** Runs that go on. */
async function runsOf(bus: Bus): Promise<string[]> {
  const keys = (await bus.keys.list(RUNS)).map(({ key }) => key);
  return keys.flatMap((key) => /^runs\.([-\w]+)\.spec$/.exec(key)?.[1] ?? [])
    .filter((run) => !keys.includes(endKey(run)));
}

function travelling(request: PoolRunOptions["request"]): StoredRequest["request"] {
  const { secrets: _1, shardEntry: _2, setup: _3, standby: _4, starter: _5, ...others } = request;
  const { startBarrier: _6, outputs: _7, summaryData: _8, inline: _9, ...more } = others;
  const { shards: _10, auditTo: _11, control: _12, controlled: _13, ...travelling } = more;
  return travelling;
}

function weightsOf(cards: readonly AgentCard[], weight: "equal" | "cores"): number[] | null {
  return weight === "equal" ? null : cards.map(({ cores }) => Math.max(1, Math.round(cores)));
}

/** A name that people can read out: eight letters and digits, without those that look alike. */
function newId(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return [...crypto.getRandomValues(new Uint8Array(8))].map((n) => letters[n % letters.length])
    .join("");
}
