import { DEFAULT_SYSTEM_TAGS } from "../../metrics/mod.ts";
import { VERSION } from "../../internal/mod.ts";
import type { Plain } from "./_snapshot.ts";

/**
 * How a value is written where there is only text (environment, flags): `count` 5, `flag` true,
 * `duration` 1m30s, `text` as it is, `list` a,b, `stages` 10s:5,1m:10, `pairs` a=1,b=2, `json`
 * JSON, `mixed` text, or JSON if it begins with a brace or bracket.
 */
export type OptionKind =
  | "count"
  | "flag"
  | "duration"
  | "text"
  | "list"
  | "stages"
  | "pairs"
  | "json"
  | "mixed";

/** One of k6's options, for reading it from text, for help and for documentation. */
export interface OptionInfo {
  /** k6's name. */
  readonly name: string;
  /** How text becomes its value. */
  readonly kind: OptionKind;
  /** What counts when nobody sets it, as a script would write it; null: nothing. */
  readonly fallback: Plain;
  /** What it does, in a few words. */
  readonly does: string;
  /** Whether it is taken and not looked at: of k6's services, or of its insides. */
  readonly ignored?: true;
}

/** Default of `systemTags`: those that k6 has on. */
export const SYSTEM_TAGS: readonly string[] = [...DEFAULT_SYSTEM_TAGS];
/** Default of `summaryTrendStats`. */
export const TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)"] as const;

/** Values of `summaryMode`, the default first. */
export const SUMMARY_MODES = ["compact", "full", "disabled"] as const;

const option = (name: string, kind: OptionKind, fallback: Plain, does: string): OptionInfo => ({
  name,
  kind,
  fallback,
  does,
});

/** Every option that a script, a config file, the environment or a flag may set. */
export const optionTable: readonly OptionInfo[] = [
  option("vus", "count", null, "virtual users"),
  option("iterations", "count", null, "iterations in all, shared by the users"),
  option("duration", "duration", null, "how long the users loop, or the limit for iterations"),
  option("stages", "stages", null, "ramp of the number of users"),
  option("scenarios", "json", null, "what runs, by name: executors and their settings"),
  option("thresholds", "json", {}, "rules that metrics must keep"),
  option("tags", "pairs", {}, "added to everything recorded"),
  option("executionSegment", "text", "0:1", "the part of the test that this run does: 1/4:2/4"),
  option(
    "executionSegmentSequence",
    "text",
    null,
    "all parts, which must be equal: 0,1/4,2/4,3/4,1",
  ),
  option("paused", "flag", false, "waits to be resumed before the load begins"),
  option("linger", "flag", false, "stays after the end until it is stopped"),
  option("setupTimeout", "duration", "60s", "longest time for setup"),
  option("teardownTimeout", "duration", "60s", "longest time for teardown"),
  option("handleSummaryTimeout", "duration", "120s", "longest time for handleSummary"),
  option("minIterationDuration", "duration", "0s", "shortest time of one iteration"),
  option("noSetup", "flag", false, "leaves setup out"),
  option("noTeardown", "flag", false, "leaves teardown out"),
  option("noThresholds", "flag", false, "leaves thresholds out"),
  option("summaryTrendStats", "list", TREND_STATS, "columns of trends in the summary"),
  option("summaryTimeUnit", "text", null, "unit of times in the summary: s, ms or us [per value]"),
  option("summaryMode", "text", SUMMARY_MODES[0], "the printed summary: compact, full or disabled"),
  option("systemTags", "list", SYSTEM_TAGS, "tags that are recorded without being asked for"),
  option("rps", "count", 0, "most requests a second, of the whole test; 0: no limit"),
  option("userAgent", "text", `downpour/${VERSION}`, "the User-Agent field of requests"),
  option("maxRedirects", "count", 10, "redirects that a request follows"),
  option("batch", "count", 20, "requests of one batch() at once; 0: no limit"),
  option("batchPerHost", "count", 6, "those of them to one host; 0: no limit"),
  option("throw", "flag", false, "a failed request throws"),
  option("discardResponseBodies", "flag", false, "bodies are read and dropped"),
  option("httpDebug", "text", null, "logs requests and responses: headers, or full with bodies"),
  option("noCookiesReset", "flag", false, "users keep their cookies from iteration to iteration"),
  option("noConnectionReuse", "flag", false, "a connection for each request"),
  option("noVUConnectionReuse", "flag", false, "connections end with the iteration"),
  option("insecureSkipTLSVerify", "flag", false, "takes any certificate"),
  option("tlsVersion", "mixed", { min: "tls1.2", max: "tls1.3" }, "one version, or min and max"),
  option("tlsCipherSuites", "list", null, "cipher suites to accept, by IANA's names [all]"),
  option("tlsAuth", "json", [], "client certificates: cert, key, password, domains"),
  option("hosts", "pairs", {}, "addresses of names: name, *.name or name:port to ip or ip:port"),
  option(
    "dns",
    "mixed",
    { ttl: "5m", select: "random", policy: "preferIPv4" },
    "how long names are kept, and which address is taken",
  ),
  option("blacklistIPs", "list", [], "addresses and ranges that are not connected to"),
  option("blockHostnames", "list", [], "names that are not connected to: a.example, *.a.example"),
  option("localIPs", "list", [], "addresses to connect from: single ones, from-to, ranges"),
  option("noUsageReport", "flag", false, "taken as in k6; nothing is ever reported"),
  { ...option("cloud", "json", null, "of k6's cloud: not looked at"), ignored: true },
  { ...option("ext", "json", null, "of k6's extensions: not looked at"), ignored: true },
  {
    ...option("metricSamplesBufferSize", "count", null, "of k6's memory: not looked at"),
    ignored: true,
  },
];
