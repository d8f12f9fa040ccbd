import {
  addIterations,
  LagHistogram,
  noIterations,
  type ShardStatus,
} from "../../runner/remote/mod.ts";

/** The totals of several shards as those of one. */
export function sumStatuses(statuses: readonly ShardStatus[]): ShardStatus {
  const lateness = new LagHistogram();
  const lag = new LagHistogram();
  const open = { started: 0, dropped: 0, waited: 0 };
  const vus = { active: 0, peak: 0, existing: 0 };
  let [cpuMs, loadCpuMs, processes] = [0, 0, 0];
  for (const status of statuses) {
    lateness.addAll(status.lateness);
    lag.addAll(status.lag);
    open.started += status.open.started;
    open.dropped += status.open.dropped;
    open.waited += status.open.waited;
    vus.active += status.vus.active;
    vus.peak += status.vus.peak;
    vus.existing += status.vus.existing;
    cpuMs += status.cpuMs;
    loadCpuMs += status.loadCpuMs;
    processes += status.processes ?? 1;
  }
  return {
    counts: statuses.length === 0
      ? noIterations()
      : addIterations(statuses.map(({ counts }) => counts)),
    open,
    lateness: lateness.pairs(),
    vus,
    cpuMs,
    loadCpuMs,
    processes: Math.max(1, processes),
    lag: lag.pairs(),
  };
}
