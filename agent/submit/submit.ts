import { describeError, ExitCode } from "../../internal/mod.ts";
import { Registry } from "../../metrics/mod.ts";
import type { ThresholdOutcome } from "../../runner/mod.ts";
import { durationOf, type JobSummary, summarizeJob } from "../collector/mod.ts";
import { AgentError } from "../errors.ts";
import { Server } from "./agent_client.ts";
import { addTotals, startRun } from "./collected.ts";
import { type HostProgress, HostRun } from "./host_run.ts";
import { splitUsers } from "./hosts.ts";
import { readSubmitOptions, type SubmitOptions, type SubmitPlan } from "./options.ts";

export type { HostProgress } from "./host_run.ts";

/** What became of a job on all hosts. */
export interface SubmitResult {
  /** Name of the job. */
  readonly job: string;
  /** Each host's end, in their order. */
  readonly hosts: readonly HostProgress[];
  /** Results of all hosts together; null when no collector had any to give. */
  readonly summary: JobSummary | null;
  /** Every rule's outcome. */
  readonly thresholds: readonly ThresholdOutcome[];
  /** What went wrong, a line each, naming the host. */
  readonly failures: readonly string[];
  /** What should be known beside. */
  readonly warnings: readonly string[];
  /** 99 when a threshold failed, else 1 when anything else did, else 0. */
  readonly exitCode: number;
}

/**
 * Runs a job as golo-cli does: uploads what runs to every host, queues it there with the host's part
 * of the users, follows it to its end, and sums up what all of them pushed to the collector. A host
 * that fails is named in the result, and the others go on.
 *
 * @throws {OptionError | AgentError} for what is wrong before anything is sent: options, the job
 *   file, a file that can't be read; and, where there are thresholds, a collector that can't judge
 */
export async function submit(options: SubmitOptions): Promise<SubmitResult> {
  const plan = await readSubmitOptions(options);
  const shares = splitUsers(plan.job.users, plan.hosts.length);
  await using scope = new AsyncDisposableStack();
  const runs = plan.hosts.flatMap((host, i) => {
    // More hosts than users: the last ones have nothing to do.
    if (shares[i] === 0) return [];
    return [new HostRun(scope.use(new Server(host, plan.agents)), shares[i]!, plan.clock)];
  });
  const collectors = plan.collectors.map((host) => scope.use(new Server(host, plan.collecting)));
  const warnings: string[] = [];
  const unused = plan.hosts.length - runs.length;
  if (unused > 0) warnings.push(`${unused} hosts have no user of ${plan.job.users} to run`);
  const tell = () => plan.onProgress(runs.map(({ progress }) => progress));

  tell();
  await Promise.all(runs.map((run) => run.send(plan.load.path, plan.signal)));
  tell();
  const summing = runs.some(({ ok }) => ok) ? await beginRun(plan, collectors, warnings) : [];
  // Together, so that they begin together.
  const { name, duration } = plan.job;
  await Promise.all(runs.map((run) => run.queue(plan.load.kind, { name, duration })));
  tell();
  await Promise.all(runs.map((run) => run.follow(plan.signal, tell)));

  const hosts = runs.map(({ progress }) => progress);
  const failures = hosts.flatMap(({ failure }) => failure ?? []);
  if (plan.signal.aborted) failures.push("the job was cancelled");
  for (const { host, counts: { dropped } } of hosts) {
    if (dropped > 0) {
      failures.push(`${host}: ${dropped} results were lost on their way to the collector`);
    }
  }
  const totals = await sumUp(plan, summing, failures);
  const summary = totals === null ? null : summarizeJob(name, totals);
  const thresholds = await judge(plan, totals, failures);
  const failed = thresholds.some(({ ok }) => !ok) ||
    hosts.some(({ exitCode }) => exitCode === ExitCode.thresholds);
  return {
    job: name,
    hosts,
    summary,
    thresholds,
    failures,
    warnings,
    exitCode: failed ? ExitCode.thresholds : failures.length > 0 ? ExitCode.failed : ExitCode.ok,
  };
}

/** Begins a new run at every collector; gives those that can sum it up. */
async function beginRun(
  { job, rules }: SubmitPlan,
  collectors: readonly Server[],
  warnings: string[],
): Promise<Server[]> {
  const able = await Promise.all(collectors.map(async (collector) => {
    try {
      await startRun(collector, job.name);
      return [collector];
    } catch (error) {
      const message = `no summary of ${collector.host.name}: ${describeError(error)}`;
      if (rules.length > 0) {
        const why = "thresholds are judged on what the collector has";
        throw new AgentError("collector_unusable", `${message} (${why})`, { cause: error });
      }
      warnings.push(message);
      return [];
    }
  }));
  return able.flat();
}

async function sumUp(
  { job }: SubmitPlan,
  collectors: readonly Server[],
  failures: string[],
): Promise<Registry | null> {
  if (collectors.length === 0) return null;
  const totals = new Registry({ maxSeries: 100_000, maxTagValues: 10_000 });
  await Promise.all(collectors.map(async (collector) => {
    try {
      await addTotals(collector, job.name, totals);
    } catch (error) {
      failures.push(describeError(error));
    }
  }));
  return totals;
}

async function judge(
  { rules }: SubmitPlan,
  totals: Registry | null,
  failures: string[],
): Promise<ThresholdOutcome[]> {
  if (rules.length === 0) return [];
  if (totals === null) {
    failures.push("thresholds were not judged: no host has run the job");
    return [];
  }
  const { judgeThresholds } = await import("../../runner/mod.ts");
  return judgeThresholds(rules, totals, durationOf(totals));
}
