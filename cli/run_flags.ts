/** A flag of `downpour run` that sets one of the script's options. */
export interface RunFlag {
  /** As the argument parser wants it: `--rps <n>`. */
  readonly flags: string;
  /** The option that it sets, by k6's name. */
  readonly option: string;
  /** What help says of it. */
  readonly description: string;
  /** May be given several times. */
  readonly repeatable?: boolean;
}

const flag = (flags: string, option: string, description: string): RunFlag => ({
  flags,
  option,
  description,
});
const repeatable = (flags: string, option: string, description: string): RunFlag => ({
  ...flag(flags, option, description),
  repeatable: true,
});

/** Flags that set options, by their heading in help: k6's names. `-u -d -i -s --tag --no-setup …` are elsewhere. */
export const RUN_FLAGS: Readonly<Record<string, readonly RunFlag[]>> = {
  "Load:": [
    flag("--rps <n>", "rps", "most requests a second, all users together [no limit]"),
    flag("--min-iteration-duration <time>", "minIterationDuration", "shortest iteration [0s]"),
    flag("--execution-segment <from:to>", "executionSegment", "run a part, as in 1/4:2/4 [0:1]"),
    flag(
      "--execution-segment-sequence <list>",
      "executionSegmentSequence",
      "all parts, as in 0,1/2,1",
    ),
    flag("--paused", "paused", "wait to be resumed before the load begins"),
  ],
  "HTTP:": [
    flag("--user-agent <text>", "userAgent", "the User-Agent field [downpour/VERSION]"),
    flag("--max-redirects <n>", "maxRedirects", "redirects that a request follows [10]"),
    flag("--batch <n>", "batch", "requests of a batch at once [20]"),
    flag("--batch-per-host <n>", "batchPerHost", "those of them to one host [6]"),
    flag("--discard-response-bodies", "discardResponseBodies", "read bodies and drop them"),
    flag("-w, --throw", "throw", "a failed request throws"),
    flag(
      "--http-debug <what>",
      "httpDebug",
      "log requests and responses: headers (also without a value) or full",
    ),
  ],
  "Connections:": [
    flag("--no-connection-reuse", "noConnectionReuse", "a connection for each request"),
    flag("--no-vu-connection-reuse", "noVUConnectionReuse", "a user's end with its iteration"),
    flag("--insecure-skip-tls-verify", "insecureSkipTLSVerify", "take any certificate"),
    repeatable("--hosts <name=ip,..>", "hosts", "addresses of names, also *.name and name:port"),
    flag("--dns <settings>", "dns", "[ttl=5m,select=random,policy=preferIPv4]"),
    repeatable(
      "--blacklist-ip <ranges>",
      "blacklistIPs",
      "don't connect to these, as in 10.0.0.0/8",
    ),
    repeatable("--block-hostnames <names>", "blockHostnames", "nor to these, as in *.example.com"),
    repeatable("--local-ips <ips>", "localIPs", "connect from these, as in 10.0.0.2-10.0.0.9"),
  ],
  "Script:": [
    flag("--setup-timeout <time>", "setupTimeout", "longest time for setup [60s]"),
    flag("--teardown-timeout <time>", "teardownTimeout", "longest time for teardown [60s]"),
  ],
  "Output:": [
    repeatable("--system-tags <names>", "systemTags", "tags recorded unasked, as in url,status"),
    repeatable("--summary-trend-stats <list>", "summaryTrendStats", "as in avg,med,p(99),count"),
    flag("--summary-time-unit <unit>", "summaryTimeUnit", "s, ms or us [per value]"),
    flag("--summary-mode <mode>", "summaryMode", "compact, full (every row) or disabled [compact]"),
    flag("-l, --linger", "linger", "stay after the end until stopped"),
    flag("--no-usage-report", "noUsageReport", "taken as in k6; nothing is ever reported"),
  ],
};

/** The flag that sets an option, as in `--rps`; undefined where there is none. */
export function flagOf(option: string): string | undefined {
  const flags = OTHER_FLAGS[option] ??
    Object.values(RUN_FLAGS).flat().find((flag) => flag.option === option)?.flags;
  return /--[a-z-]+/.exec(flags ?? "")?.[0];
}

/** Options that flags of their own kind set. */
const OTHER_FLAGS: Readonly<Record<string, string>> = {
  vus: "--vus",
  duration: "--duration",
  iterations: "--iterations",
  stages: "--stage",
  tags: "--tag",
  noSetup: "--no-setup",
  noTeardown: "--no-teardown",
  noThresholds: "--no-thresholds",
};
