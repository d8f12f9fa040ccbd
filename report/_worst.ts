import { type Histogram, parseSelector, parseThreshold } from "../metrics/mod.ts";
import type { RunResult, ThresholdOutcome } from "../runner/mod.ts";
import { checkNodes } from "./_check_tree.ts";
import { endpointLabel, endpoints, sharedOrigin } from "./_endpoints.ts";
import { formatCount, formatShare, formatTime } from "./_format.ts";
import { type ScenarioNumbers, scenarioNumbers } from "./_scenarios.ts";
import { trendStat } from "./_stats.ts";
import { plain } from "./_text.ts";

/** Something that has a part in a rule's value. */
interface Part {
  readonly name: string;
  readonly value: number;
}

/**
 * What did most to fail a rule, for people: the endpoint of a rule on requests, the scenario of one
 * on iterations, the check of one on checks. Empty when there is only one to choose from.
 */
export function worstPart(result: RunResult, outcome: ThresholdOutcome): string {
  const { stat, operator } = parseThreshold(outcome.expression);
  const least = operator.startsWith(">");
  const { parts, show } = partsOf(result, outcome, stat);
  if (parts.length < 2) return "";
  const worst = parts.reduce((a, b) => (least ? b.value < a.value : b.value > a.value) ? b : a);
  return `${plain(worst.name)} ${show(worst.value)}`;
}

function partsOf(
  result: RunResult,
  outcome: ThresholdOutcome,
  stat: string,
): { parts: Part[]; show: (value: number) => string } {
  const { metric, where } = parseSelector(outcome.metric);
  const { summaryTimeUnit } = result.options;
  const time = stat === "count" ? formatCount : (ms: number) => formatTime(ms, summaryTimeUnit);
  if (metric === "http_req_failed" || metric === "http_req_duration") {
    const origin = sharedOrigin(endpoints(result.metrics).map(({ name }) => name));
    const parts = endpoints(result.metrics, where).map((endpoint): Part => ({
      name: endpointLabel(endpoint, origin),
      value: metric === "http_req_duration"
        ? trendStat(endpoint.durations, stat)
        : endpoint.failed / Math.max(1, endpoint.requests),
    }));
    return { parts, show: metric === "http_req_duration" ? time : formatShare };
  }
  if (metric === "checks" && Object.keys(where).length === 0) {
    const parts = checkNodes(result.metrics)
      .map(({ name, passes, fails }): Part => ({ name, value: passes / (passes + fails) }));
    return { parts, show: formatShare };
  }
  if (Object.keys(where).length > 0) return { parts: [], show: time };
  const ofTimes = (pick: (one: ScenarioNumbers) => Histogram) => ({
    parts: scenarioNumbers(result).filter((one) => pick(one).count > 0)
      .map((one): Part => ({ name: one.name, value: trendStat(pick(one), stat) })),
    show: time,
  });
  if (metric === "iteration_duration") return ofTimes(({ durations }) => durations);
  if (metric === "iteration_response_time") return ofTimes(({ responseTimes }) => responseTimes);
  if (metric === "dropped_iterations" && stat === "count") {
    const parts = scenarioNumbers(result).map(({ name, dropped }) => ({ name, value: dropped }));
    return { parts, show: formatCount };
  }
  return { parts: [], show: time };
}
