import { describeError, DownpourError } from "../internal/mod.ts";
import { AgentError } from "./errors.ts";
import { createJobRunner, pusherFor } from "./job_runner.ts";
import { type AgentOptions, type AgentPlan, readAgentOptions } from "./options.ts";
import { openQueue } from "./queue.ts";
import { closedFolder } from "./reachable.ts";
import type { AgentStore } from "./store/mod.ts";
import { MAX_AGENTS } from "./script_command.ts";
import { type AgentWorker, startWorker } from "./worker.ts";

/** An agent that runs. Leaving its scope stops it. */
export interface Agent extends AsyncDisposable {
  /** Base of its API, as in `http://127.0.0.1:8081`. */
  readonly url: string;
  /** TCP port that it listens on. */
  readonly port: number;
  /**
   * Stops it: no request is taken any more, the job that runs ends as `interrupted`, and what it
   * printed is brought to the collector. Jobs that wait stay, for the next agent of this folder.
   */
  stop(): Promise<void>;
}

/**
 * Starts an agent: its API, and what runs the jobs of its queue one at a time.
 *
 * What the last agent of the folder left is put in order first: its job that ran is `interrupted`
 * and its processes are killed, results that waited go to the collector, the queue goes on.
 *
 * @throws {OptionError} for settings that can't be used, or would let others run programs here
 * @throws {AgentError} `store_in_use`, `store_unsafe`, `folder_failed`, `own_user_impossible`, `address_in_use`, `listen_failed`
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const plan = readAgentOptions(options);
  const { folder, logs, collector, onNote, storage, limits, security, address } = plan;
  const [{ openStore }, { openAuditLog, startApi }, { findIsolators, programUser }] = await Promise
    .all([import("./store/mod.ts"), import("./api/mod.ts"), import("./binary/isolation.ts")]);
  const user = programUser(await findIsolators(), plan.uid);
  if (plan.uid === 0) onNote("binaries run as root: they can do to this machine what they like");
  const { maxQueued, ...kept } = storage;
  await using scope = new AsyncDisposableStack();
  await makeFolder(logs, 0o750);
  const store = scope.use(
    await openStore({ folder, ...kept }).catch((error) => refuse(folder, error)),
  );
  for (const { note } of store.recovered) onNote(note);
  const [work, spool] = [`${folder}/work`, `${folder}/spool`];
  await Deno.remove(work, { recursive: true }).catch(() => {});
  // A program that runs as another user has to come to its folder.
  await makeFolder(work, user === null ? 0o700 : 0o711);
  if (user !== null) {
    await Deno.chmod(folder, 0o711);
    const closed = await closedFolder(folder);
    if (closed !== null) {
      onNote(
        `binaries run as user ${user}, who can't go through ${closed}: they can't use the paths ` +
          "in HOME and TMPDIR",
      );
    }
  }
  await makeFolder(spool, 0o700);
  // Listed before a job can begin, which makes a folder of its own there.
  const left = (await Array.fromAsync(Deno.readDir(spool))).map(({ name }) => name);
  const recovering = recoverResults(store, plan, spool, left);
  scope.defer(() => recovering);
  const audit = scope.use(await openAuditLog(`${folder}/audit.log`));
  const { uploads } = store;
  const queue = openQueue(store.jobs, {
    uploads,
    ...(maxQueued === undefined ? {} : { maxQueued }),
  });
  const run = createJobRunner({
    ...{ uploads, work, spool, logs, collector, uid: plan.uid, onNote },
    ...{ limits: plan.program, policy: plan.scripts, cli: plan.cli },
    maxSeconds: limits.maxDuration ?? 7 * 24 * 3600,
  });
  // It begins once all else has, as a job that it took is never begun again; it ends after the API.
  let worker: AgentWorker | null = null;
  scope.defer(() => worker?.stop());
  const server = scope.use(startApi({
    ...{ address, store, agent: queue, logs, security, limits, rpcAddress: plan.rpcAddress },
    maxAgents: plan.scripts.pool === undefined ? 0 : MAX_AGENTS,
    onAudit(event) {
      audit.add(event);
      plan.onAudit(event);
    },
    onError: (error) => onNote(`internal error: ${describeError(error)}`),
  }));
  worker = startWorker(queue, { run, cooldownMs: plan.cooldownMs, onWarning: onNote });
  const running = scope.move();
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => stopped ??= running.disposeAsync();
  return { url: server.url, port: server.port, stop, [Symbol.asyncDispose]: stop };
}

/** Brings to the collector what jobs of the last agent left; each job's counts say how much. */
async function recoverResults(
  { jobs }: AgentStore,
  { collector, onNote }: AgentPlan,
  spool: string,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const record = jobs.get(id);
    if (record === undefined) {
      await Deno.remove(`${spool}/${id}`, { recursive: true }).catch(() => {});
      continue;
    }
    const pusher = pusherFor(collector, record.job, `${spool}/${id}`);
    const { recovered, collected, dropped } = await pusher.finish(collector.flushMs);
    const { counts } = record.job;
    const all = {
      ...counts,
      collected: counts.collected + collected,
      dropped: counts.dropped + dropped,
    };
    // How many were printed was last written down a moment before the end.
    const printed = Math.max(all.printed, all.rejected + all.collected + all.dropped);
    const job = { ...record.job, counts: { ...all, printed } };
    onNote(
      `job ${id} (${job.spec.name}): of ${recovered} results that waited, ${collected} are ` +
        `collected now, ${dropped} are lost`,
    );
    await jobs.put({ ...record, job }).catch((error) => onNote(describeError(error)));
  }
}

async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode });
  } catch (error) {
    refuse(path, error);
  }
}

function refuse(path: string, cause: unknown): never {
  if (cause instanceof DownpourError) throw cause;
  const denied = cause instanceof Deno.errors.PermissionDenied;
  const why = denied ? "permission denied: name another folder" : describeError(cause);
  throw new AgentError("folder_failed", `can't use ${path}: ${why}`, { phase: "start", cause });
}
