import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { mergeOptions, optionTable, readOptions } from "../runner/options/mod.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { environmentTier, unknownVariables, variableOf } from "./environment.ts";
import type { HostEnv } from "./host.ts";

const host = (env: Partial<Record<HostEnv, string>>) => fakeHost({ env });

Deno.test("the environment has k6's name for each option", () => {
  const table: [string, string][] = [
    ["vus", "VUS"],
    ["maxRedirects", "MAX_REDIRECTS"],
    ["insecureSkipTLSVerify", "INSECURE_SKIP_TLS_VERIFY"],
    ["noVUConnectionReuse", "NO_VU_CONNECTION_REUSE"],
    ["noConnectionReuse", "NO_CONNECTION_REUSE"],
    ["blacklistIPs", "BLACKLIST_IPS"],
    ["localIPs", "LOCAL_IPS"],
    ["tlsVersion", "TLS_VERSION"],
    ["tlsAuth", "TLS_AUTH"],
    ["httpDebug", "HTTP_DEBUG"],
    ["executionSegmentSequence", "EXECUTION_SEGMENT_SEQUENCE"],
    ["dns", "DNS"],
  ];
  for (const [option, variable] of table) assert.equal(variableOf(option), variable);
});

Deno.test("every option that is looked at can be set by the environment", () => {
  const texts: Record<string, [text: string, value: unknown]> = {
    vus: ["5", 5],
    iterations: ["7", 7],
    duration: ["1m30s", "1m30s"],
    stages: ["10s:5,1m:10", [{ duration: "10s", target: 5 }, { duration: "1m", target: 10 }]],
    scenarios: [`{"a":{"executor":"shared-iterations"}}`, { a: { executor: "shared-iterations" } }],
    thresholds: [`{"checks":["rate>0.9"]}`, { checks: ["rate>0.9"] }],
    tags: ["a:1,b=x:y", { a: "1", b: "x:y" }],
    executionSegment: ["0:1/2", "0:1/2"],
    summaryTrendStats: ["avg, p(99)", ["avg", "p(99)"]],
    summaryTimeUnit: ["ms", "ms"],
    summaryMode: ["full", "full"],
    systemTags: ["url,vu", ["url", "vu"]],
    userAgent: ["me/1.0 (x, y)", "me/1.0 (x, y)"],
    httpDebug: ["full", "full"],
    tlsVersion: ["tls1.3", "tls1.3"],
    tlsCipherSuites: ["TLS_AES_128_GCM_SHA256", ["TLS_AES_128_GCM_SHA256"]],
    tlsAuth: ["[]", []],
    hosts: ["a.b:80=1.2.3.4:8080,c=::1", { "a.b:80": "1.2.3.4:8080", c: "::1" }],
    dns: [`{"ttl":"1m"}`, { ttl: "1m" }],
    blacklistIPs: ["10.0.0.0/8,11.0.0.0/8", ["10.0.0.0/8", "11.0.0.0/8"]],
    blockHostnames: ["a.b,*.c", ["a.b", "*.c"]],
    localIPs: ["127.0.0.1-127.0.0.3", ["127.0.0.1-127.0.0.3"]],
  };
  const byKind: Record<string, [string, unknown]> = {
    count: ["3", 3],
    flag: ["true", true],
    duration: ["5s", "5s"],
  };
  for (const { name, kind, ignored } of optionTable) {
    if (ignored || name === "executionSegmentSequence") continue;
    const [text, value] = texts[name] ?? byKind[kind] ?? assert.fail(`no case for ${name}`);
    const tier = environmentTier(host({ [`K6_${variableOf(name)}`]: text }));
    assert.deepEqual(tier.options, { [name]: value });
    assert.deepEqual(tier.fromEach, { [name]: `env K6_${variableOf(name)}` });
    readOptions(mergeOptions([tier]));
  }
});

Deno.test("DOWNPOUR_ wins over K6_, and empty counts as not set", () => {
  const tier = environmentTier(host({
    K6_RPS: "1",
    DOWNPOUR_RPS: "2",
    K6_BATCH: "3",
    DOWNPOUR_BATCH: "",
    K6_THROW: "FALSE",
    K6_LINGER: "1",
    K6_NO_SETUP: "0",
    K6_EXT: "not JSON and not looked at",
  }));
  assert.deepEqual(tier.options, { rps: 2, batch: 3, throw: false, linger: true, noSetup: false });
  assert.deepEqual(tier.fromEach, {
    rps: "env DOWNPOUR_RPS",
    batch: "env K6_BATCH",
    throw: "env K6_THROW",
    linger: "env K6_LINGER",
    noSetup: "env K6_NO_SETUP",
  });
});

Deno.test("a text that its option does not take is an error that names the variable", () => {
  const table: [Partial<Record<HostEnv, string>>, RegExp][] = [
    [{ K6_VUS: "many" }, /^K6_VUS is not a whole number of at least 0: "many"$/],
    [{ DOWNPOUR_THROW: "yes" }, /^DOWNPOUR_THROW is neither true nor false: "yes"$/],
    [{ K6_STAGES: "10s" }, /^K6_STAGES is not TIME:VUS/],
    [{ K6_TAGS: "a" }, /^K6_TAGS is not a list like a=1,b=2: "a"$/],
    [{ K6_TLS_AUTH: "{sesame" }, /^K6_TLS_AUTH is not JSON$/],
    [{ K6_DURATION: "10x" }, /^duration is not a duration: .*\(from env K6_DURATION\)$/],
    [{ K6_VUS: "0" }, /^vus must be .*: 0 \(from env K6_VUS\)$/],
  ];
  for (const [env, message] of table) {
    assert.throws(() => readOptions(mergeOptions([environmentTier(host(env))])), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("a DOWNPOUR_ variable that means nothing is told, one of k6's is not", () => {
  const names = unknownVariables(host({
    DOWNPOUR_VSU: "1",
    DOWNPOUR_RPS: "1",
    DOWNPOUR_CONFIG: "x",
    DOWNPOUR_OUT: "json",
    DOWNPOUR_QQQQQQQQQQ: "1",
    K6_CLOUD_TOKEN: "x",
  }));
  assert.deepEqual(names, [
    "DOWNPOUR_VSU in the environment is no option (did you mean DOWNPOUR_VUS?)",
    "DOWNPOUR_QQQQQQQQQQ in the environment is no option",
  ]);
});
