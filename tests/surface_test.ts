import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };

// What the package exports, by name: a change here is a change for users.
const SURFACE: Record<string, string> = {
  ".":
    "Counter Gauge Rate Trend check env execution fail group instance run scenario sleep test vu",
  "./file": "DownpourError FileError FileHandle OptionError open",
  "./http":
    "Client CookieJar DialInfo DownpourError HTTP_METRICS HttpError HttpTransport OptionError Request Response SentRequest fetch file k6ErrorCode setClientDefaults",
  "./metrics":
    "Counter DEFAULT_SYSTEM_TAGS DeltaDecoder DeltaEncoder Gauge Histogram MetricError Rate Registry Trend closeContext closeOwned currentContext emptyAggregate evaluateThreshold isStat mergeAggregate newContext parseSelector parseThreshold runInContext summarize takeOwned",
  "./net":
    "IPC NET_METRICS NetError TCP UDP blockedRanges checkTlsOptions formatAddress k6NetCode netError parseAddress setNetDefaults throttle throttled",
  "./net/dns": "createLookup default lookup query resolve",
  "./runner":
    "ExitCode InterruptedError RunError ScriptError ScriptFailure attachInterrupt attachVu bundleScript check checkScript compileScript currentVu execution fail group instance optionNames parseOptions scenario serveShard sleep startRun test vu",
  "./targets": "TargetError startEcho startTarget",
  "./cli": "main",
};

Deno.test("the package exports these values and no others", async () => {
  assert.deepEqual(Object.keys(config.exports), Object.keys(SURFACE));
  for (const [entry, path] of Object.entries(config.exports)) {
    const names = Object.keys(await import(`../${path}`)).toSorted().join(" ");
    assert.equal(names, SURFACE[entry], entry);
  }
});
