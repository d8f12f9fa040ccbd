import type { Scenario } from "../options/types.ts";
import { rampPeak, rampSteps, stagesMs, stepsFrom } from "../pacing.ts";
import { shareOf } from "../segment.ts";
import type { Executor } from "./executor.ts";
import { VuRamp } from "./_vu_ramp.ts";
import { begun, drain } from "./_wait.ts";

type RampingVUs = Extract<Scenario, { executor: "ramping-vus" }>;

/** A number of VUs that follows a line from stage to stage. */
export const rampingVUs: Executor<RampingVUs> = {
  open: false,
  dropsVUs: true,
  maxVUs: (scenario) => rampPeak(scenario.startVUs, scenario.stages),
  initialVUs: (scenario) => rampPeak(scenario.startVUs, scenario.stages),
  durationMs: (scenario) => stagesMs(scenario.stages),
  iterations: () => null,
  planned: () => 0,
  async run(scenario, host) {
    if (!(await begun(host))) return;
    const { line, segment, startAt, joinAt, stop } = host;
    const endAt = startAt + stagesMs(scenario.stages);
    const ramp = new VuRamp(host, scenario.gracefulRampDownMs, endAt);
    const steps = rampSteps(scenario.startVUs, scenario.stages);
    for (const { atMs, vus } of stepsFrom(steps, joinAt - startAt)) {
      const share = shareOf(segment, vus);
      if (share === ramp.count) continue;
      const wait = startAt + atMs - line.now();
      if (wait > 0) await line.sleep(wait, stop);
      if (stop.aborted) break;
      await ramp.aim(share);
    }
    const rest = endAt - line.now();
    if (rest > 0) await line.sleep(rest, stop);
    await drain(host, ramp.close(), scenario.gracefulStopMs, ramp.vus());
    ramp.forget();
  },
};
