import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { mergeOptions, optionTable, readOptions } from "../runner/options/mod.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { parseCommandLine } from "./args.ts";
import type { HostEnv } from "./host.ts";
import type { RequestPart } from "./request.ts";
import { flagOf, RUN_FLAGS } from "./run_flags.ts";
import { scriptRequest } from "./script_request.ts";

type Env = Partial<Record<HostEnv, string>>;

async function request(args: string, env: Env = {}): Promise<RequestPart> {
  const line = parseCommandLine(args.split(" "));
  assert.ok(line.command === "run");
  return await scriptRequest({ path: line.script, folder: "dir" }, line.flags, fakeHost({ env }));
}

Deno.test("a script gets overrides only for flags that were given", async () => {
  assert.deepEqual(await request("run dir/x.ts"), {
    source: { kind: "script", path: "dir/x.ts" },
    environment: { from: "env", options: {}, fromEach: {} },
    overrides: {},
    overridesFrom: {},
    env: {},
    allowNet: true,
    allowRead: ["dir"],
  });
  const part = await request(
    "run x.ts -u 5 -d 1s -i 9 -s 5s:1 --no-setup --no-teardown --no-thresholds --tag a=b " +
      "-e HOST=a=b --allow-net a.example,b.example:80 --allow-read data",
  );
  assert.deepEqual(part.overrides, {
    vus: 5,
    duration: "1s",
    iterations: 9,
    stages: [{ duration: "5s", target: 1 }],
    noSetup: true,
    noTeardown: true,
    noThresholds: true,
    tags: { a: "b" },
  });
  assert.deepEqual(part.env, { HOST: "a=b" });
  assert.deepEqual(part.allowNet, ["a.example", "b.example:80"]);
  assert.deepEqual(part.allowRead, ["data"]);
});

Deno.test("every flag that sets an option gives a value that the option takes", async () => {
  const table: [args: string, option: string, value: unknown][] = [
    ["--rps 5", "rps", 5],
    ["--min-iteration-duration 1s", "minIterationDuration", "1s"],
    ["--execution-segment 0:1/2", "executionSegment", "0:1/2"],
    [
      "--execution-segment 0:1/2 --execution-segment-sequence 0,1/2,1",
      "executionSegmentSequence",
      "0,1/2,1",
    ],
    ["--paused", "paused", true],
    ["--user-agent me", "userAgent", "me"],
    ["--max-redirects 0", "maxRedirects", 0],
    ["--batch 3", "batch", 3],
    ["--batch-per-host=2", "batchPerHost", 2],
    ["--discard-response-bodies", "discardResponseBodies", true],
    ["-w", "throw", true],
    ["--http-debug", "httpDebug", "headers"],
    ["--http-debug=full", "httpDebug", "full"],
    ["--no-connection-reuse", "noConnectionReuse", true],
    ["--no-vu-connection-reuse", "noVUConnectionReuse", true],
    ["--insecure-skip-tls-verify", "insecureSkipTLSVerify", true],
    ["--hosts a=1.2.3.4 --hosts b:80=1.2.3.5:90,c=::1", "hosts", {
      a: "1.2.3.4",
      "b:80": "1.2.3.5:90",
      c: "::1",
    }],
    ["--dns ttl=1m,select=first", "dns", "ttl=1m,select=first"],
    ["--blacklist-ip 10.0.0.0/8 --blacklist-ip ::1", "blacklistIPs", ["10.0.0.0/8", "::1"]],
    ["--block-hostnames a.b,*.c", "blockHostnames", ["a.b", "*.c"]],
    ["--local-ips 127.0.0.1-127.0.0.3", "localIPs", ["127.0.0.1-127.0.0.3"]],
    ["--setup-timeout 5s", "setupTimeout", "5s"],
    ["--teardown-timeout 5s", "teardownTimeout", "5s"],
    ["--system-tags url,vu", "systemTags", ["url", "vu"]],
    ["--summary-trend-stats avg,p(99)", "summaryTrendStats", ["avg", "p(99)"]],
    ["--summary-time-unit us", "summaryTimeUnit", "us"],
    ["--summary-mode full", "summaryMode", "full"],
    ["-l", "linger", true],
    ["--no-usage-report", "noUsageReport", true],
  ];
  for (const [args, option, value] of table) {
    // The script stands behind them: no flag takes it for its value.
    const part = await request(`run ${args} x.ts`);
    assert.deepEqual(part.overrides[option], value, args);
    assert.equal(part.overridesFrom?.[option], `flag ${flagOf(option)}`);
    readOptions(mergeOptions([{ from: "flags", options: part.overrides }]));
  }
  const covered = table.map(([, option]) => option);
  const missing = Object.values(RUN_FLAGS).flat().filter(({ option }) => !covered.includes(option));
  assert.deepEqual(missing, []);
  const names = optionTable.map(({ name }) => name);
  assert.deepEqual(covered.filter((option) => !names.includes(option)), []);
});

Deno.test("defaults, config file, script, environment and flags come in this order", async () => {
  const config = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const options = { rps: 1, batch: 1, userAgent: "config", vus: 9, duration: "1m" };
    await Deno.writeTextFile(config, JSON.stringify(options));
    const part = await request("run x.ts -d 10s --batch 4", {
      DOWNPOUR_CONFIG: config,
      K6_BATCH: "3",
      K6_VUS: "3",
      DOWNPOUR_VUS: "4",
      K6_THROW: "",
    });
    const tiers = [
      part.config!,
      { from: "script", options: { rps: 2, batch: 2 } },
      part.environment!,
      { from: "overrides", options: part.overrides, fromEach: part.overridesFrom! },
    ];
    const { values, origins } = mergeOptions(tiers);
    assert.deepEqual({ ...values }, {
      userAgent: "config",
      rps: 2,
      vus: 4,
      duration: "10s",
      batch: 4,
    });
    assert.deepEqual({ ...origins }, {
      userAgent: `config ${config}`,
      rps: "script",
      vus: "env DOWNPOUR_VUS",
      duration: "flag --duration",
      batch: "flag --batch",
    });
    const named = await request(`run x.ts -c ${config}`, { DOWNPOUR_CONFIG: "elsewhere.json" });
    assert.equal(named.config?.from, `config ${config}`);
  } finally {
    await Deno.remove(config);
  }
});

Deno.test("a config file that can't be read is named, with the reason", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/half.json`, "{");
    await Deno.writeTextFile(`${folder}/large.json`, JSON.stringify("x".repeat(1 << 20)));
    const cases: [string, RegExp][] = [
      ["none.json", /^--config: cannot read .*none\.json: there is no such file$/],
      ["half.json", /^--config: .*half\.json is not JSON: /],
      ["large.json", /^--config: cannot read .*large\.json: it is larger than 1 MiB$/],
    ];
    for (const [name, message] of cases) {
      await assert.rejects(request(`run x.ts --config ${folder}/${name}`), (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    await assert.rejects(
      request("run x.ts", { DOWNPOUR_CONFIG: `${folder}/none.json` }),
      /^OptionError: DOWNPOUR_CONFIG: cannot read/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a bad value for a script is an error that names its flag", async () => {
  const cases: [string, RegExp][] = [
    ["-e A", /^--env is not KEY=VALUE: "A"$/],
    ["--allow-net a,,b", /^--allow-net is not a list/],
    ["-u x", /^--vus is not a whole number/],
    ["--rps many", /^--rps is not a whole number of at least 0: "many"$/],
    ["--system-tags a,,b", /^--system-tags is not a list like a,b: "a,,b"$/],
    ["--hosts a", /^--hosts is not a list like a=1,b=2: "a"$/],
  ];
  for (const [args, message] of cases) {
    await assert.rejects(request(`run x.ts ${args}`), (error) => {
      assert.ok(error instanceof OptionError, `${args}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
