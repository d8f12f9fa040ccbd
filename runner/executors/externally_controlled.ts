import type { Scenario } from "../options/types.ts";
import { shareOf } from "../segment.ts";
import type { Executor } from "./executor.ts";
import { VuRamp } from "./_vu_ramp.ts";
import { begun, drain, within } from "./_wait.ts";

type ExternallyControlled = Extract<Scenario, { executor: "externally-controlled" }>;

/** VUs that iterate, as many as whoever runs the test says at the moment. */
export const externallyControlled: Executor<ExternallyControlled> = {
  open: false,
  dropsVUs: true,
  maxVUs: (scenario) => scenario.maxVUs,
  initialVUs: (scenario) => scenario.vus,
  durationMs: ({ durationMs }) => durationMs === 0 ? Infinity : durationMs,
  iterations: () => null,
  planned: () => 0,
  async run(scenario, host) {
    if (!(await begun(host))) return;
    const { line, segment, startAt, stop, target } = host;
    const endAt = startAt + externallyControlled.durationMs(scenario);
    const ramp = new VuRamp(host, scenario.gracefulStopMs, endAt);
    for (let over = false; !over && !stop.aborted;) {
      const changed = target.changed();
      await ramp.aim(shareOf(segment, target.vus));
      over = !(await within(line, changed, endAt - line.now(), stop));
    }
    await drain(host, ramp.close(), scenario.gracefulStopMs, ramp.vus());
    ramp.forget();
  },
};
