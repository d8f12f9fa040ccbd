import { Registry } from "../../metrics/mod.ts";
import type { RunRecord } from "../record.ts";
import { duration, fakeRecord, seeded } from "../record_for_tests.ts";
import { TimelineRecorder } from "../timeline.ts";
import { totalsOf } from "../totals.ts";

const SHELL: RunRecord = fakeRecord({ seconds: 1, exitCode: 0 });

/** How the requests of a run are generated. */
export interface Generated {
  readonly seed: number;
  /** Default: 30. */
  readonly seconds?: number;
  /** Requests a second. Default: 50. */
  readonly rate?: number;
  /** Median of their durations, milliseconds. Default: 10. */
  readonly median?: number;
  /** Share that fails. Default: 0.02. */
  readonly failing?: number;
  /** How far the median wanders from second to second. Default: 0, all are independent. */
  readonly wander?: number;
  /** How far it is off in the whole run. Default: 0. */
  readonly off?: number;
}

/** A record of a run whose requests are drawn from known distributions. */
export function generated(given: Generated): RunRecord {
  const { seed, seconds = 30, rate = 50, median = 10, failing = 0.02, wander = 0, off = 0 } = given;
  const random = seeded(seed);
  const metrics = new Registry();
  const recorder = new TimelineRecorder();
  const sink = (name: string, type: "counter" | "rate" | "trend", contains: "default" | "time") =>
    metrics.sink({ name, type, contains }, metrics.tags);
  const requests = sink("http_reqs", "counter", "default");
  const failed = sink("http_req_failed", "rate", "default");
  const durations = sink("http_req_duration", "trend", "time");
  const normal = () => Math.log(duration(random, 1, Math.exp(2.326)));
  const middle = median * Math.exp(off * normal());
  let walk = 0;
  for (let second = 0; second < seconds; second++) {
    // A wander that forgets half of itself every second.
    walk = walk / 2 + wander * normal();
    const count = Math.round(rate + Math.sqrt(rate) * normal());
    for (let n = 0; n < count; n++) {
      requests.add(1);
      failed.add(random() < failing ? 1 : 0);
      durations.add(duration(random, middle * Math.exp(walk), 5));
    }
    recorder.take(metrics, (second + 1) * 1000);
  }
  const timeline = recorder.timeline();
  return { ...SHELL, durationMs: seconds * 1000, timeline, ...totalsOf(metrics) };
}
