import { nearest, OptionError } from "../../internal/mod.ts";

/** Names of the script options that a run takes, for messages and completion. */
export const optionNames: readonly string[] = [
  "vus",
  "iterations",
  "duration",
  "stages",
  "scenarios",
  "thresholds",
  "tags",
  "setupTimeout",
  "teardownTimeout",
  "handleSummaryTimeout",
  "minIterationDuration",
  "noSetup",
  "noTeardown",
  "noThresholds",
  "summaryTrendStats",
  "summaryTimeUnit",
  "userAgent",
  "maxRedirects",
  "discardResponseBodies",
  "noConnectionReuse",
  "throw",
];

/** k6's other options: a script that relies on one would not do what it says, so they are refused. */
const LATER: readonly string[] = [
  "batch",
  "batchPerHost",
  "blacklistIPs",
  "blockHostnames",
  "cloud",
  "dns",
  "executionSegment",
  "executionSegmentSequence",
  "ext",
  "hosts",
  "httpDebug",
  "insecureSkipTLSVerify",
  "linger",
  "localIPs",
  "noCookiesReset",
  "noUsageReport",
  "noVUConnectionReuse",
  "paused",
  "rps",
  "systemTags",
  "tlsAuth",
  "tlsCipherSuites",
  "tlsVersion",
];

/** Refuses a name that is not an option, saying which were meant or that it comes later. */
export function checkOptionName(name: string, isSet: boolean): void {
  if (optionNames.includes(name)) return;
  if (LATER.includes(name)) {
    if (!isSet) return;
    throw new OptionError(name, `Option ${name} is not supported yet`);
  }
  throw unknownName(name, name, "option", [...optionNames, ...LATER]);
}

/** An error for an unknown name: the nearest known one, or all of them when none is near. */
export function unknownName(
  path: string,
  name: string,
  what: string,
  known: readonly string[],
): OptionError {
  const near = nearest(name, known);
  const where = path === name ? "" : ` at ${path}`;
  return new OptionError(
    path,
    `Unknown ${what}${where}: ${JSON.stringify(name.slice(0, 80))} ` +
      (near === null ? `(known: ${known.join(", ")})` : `(did you mean ${near}?)`),
  );
}
