import assert from "node:assert/strict";
import { programTest, startProgram } from "../../internal/programs_for_tests.ts";
import { startTarget } from "../../targets/mod.ts";
import { startHeld } from "./_held_for_tests.ts";

// Each script runs under k6 itself and here, against the same target, and has to count the same.

/** The parts of `handleSummary`'s data that are compared. */
interface Data {
  metrics: Record<string, {
    type: string;
    contains: string;
    values: Record<string, number>;
    thresholds?: Record<string, { ok: boolean }>;
  }>;
  root_group: Group;
}

interface Group {
  name: string;
  path: string;
  id: string;
  groups: Group[];
  checks: { name: string; path: string; id: string; passes: number; fails: number }[];
}

interface Ended {
  code: number;
  data: Data;
}

const folder = decodeURIComponent(new URL("./k6/", import.meta.url).pathname);
const root = decodeURIComponent(new URL("../../", import.meta.url).pathname);

async function command(argv: string): Promise<Ended> {
  await using program = await startProgram(
    `{ ${argv} >"$0/out" 2>"$0/err"; echo $? >"$0/code"; sleep 60; } & exec sleep 60`,
    {},
    async ({ folder }) => {
      const code = await Deno.readTextFile(`${folder}/code`).catch(() => "");
      return code.endsWith("\n");
    },
  );
  const read = (name: string) => Deno.readTextFile(`${program.folder}/${name}`);
  const [code, out, err] = await Promise.all([read("code"), read("out"), read("err")]);
  const line = out.split("\n").find((line) => line.startsWith("{"));
  assert(line !== undefined, `${argv} printed no summary: ${out}\n${err}`);
  return { code: Number(code), data: JSON.parse(line) as Data };
}

function k6(script: string, target: string, flags = ""): Promise<Ended> {
  const quiet = "env K6_NO_USAGE_REPORT=true k6 run --quiet --address=";
  return command(`${quiet} -e TARGET=${target} ${flags} ${folder}${script}.js`);
}

function downpour(script: string, target: string, flags = ""): Promise<Ended> {
  const permissions = "--no-prompt --allow-net=127.0.0.1 --allow-read --allow-run=deno";
  const run = `deno run ${permissions} ${root}cli.ts run --shards 2`;
  return command(`${run} -e TARGET=${target} ${flags} ${folder}${script}.js`);
}

/**
 * Runs a script both ways and compares all that doesn't depend on time.
 *
 * @param options `arrivals`: metrics that one arrival more or less makes no difference to; `sums`: those
 * that some of them are part of; `timed`: metrics that depend on time, of which thresholds have to
 * come out the same; `flags`: of the command line
 * @returns how both ended, for what else is to be compared
 */
async function compare(
  script: string,
  options: {
    arrivals?: readonly string[];
    sums?: readonly string[];
    timed?: readonly string[];
    flags?: (tool: "k6" | "downpour") => string;
  } = {},
): Promise<{ theirs: Ended; ours: Ended }> {
  await using target = startTarget();
  const theirs = await k6(script, target.url, options.flags?.("k6"));
  const ours = await downpour(script, target.url, options.flags?.("downpour"));
  assert.equal(ours.code, theirs.code, "exit code");
  assert.deepEqual(sorted(ours.data.root_group), sorted(theirs.data.root_group));
  const loose = new Set(options.arrivals);
  for (const [name, metric] of Object.entries(theirs.data.metrics)) {
    if (metric.contains !== "default" || /^(vus|vus_max)$/.test(name)) continue; // Times and bytes.
    const found = ours.data.metrics[name];
    assert(found !== undefined, `${name} is missing`);
    assert.equal(found.type, metric.type, name);
    assert.deepEqual(found.thresholds, metric.thresholds, name);
    if (options.timed?.includes(name)) continue;
    const slack = loose.has(name) ? 1 : options.sums?.includes(name) ? loose.size : 0;
    if (slack > 0) assertNear(found.values.count!, metric.values.count!, slack, name);
    else assertSame(metric, found, name);
  }
  return { theirs, ours };
}

function assertSame(
  theirs: Data["metrics"][string],
  ours: Data["metrics"][string],
  name: string,
): void {
  for (const [value, expected] of Object.entries(theirs.values)) {
    if (value === "rate" && theirs.type === "counter") continue; // A second.
    const actual = ours.values[value];
    assert(actual !== undefined, `${name} has no ${value}`);
    // Percentiles come from a histogram: half a percent of its value is what it promises.
    const slack = theirs.type === "trend" ? Math.abs(expected) * 0.006 : 1e-9;
    assert(Math.abs(actual - expected) <= slack, `${name} ${value}: ${actual}, k6 ${expected}`);
  }
}

/** k6 starts an arrival that falls on a scenario's very end, or not, as its timers have it. */
function assertNear(ours: number, theirs: number, slack: number, name: string): void {
  assert(Math.abs(ours - theirs) <= slack, `${name}: ${ours}, k6 ${theirs}`);
}

function assertAllHeld({ code, data }: Ended): void {
  assert.equal(code, 0);
  const { checks } = data.root_group;
  assert(checks.length > 0);
  assert.deepEqual(checks.filter(({ fails }) => fails > 0), []);
}

function sorted(group: Group): Group {
  const byName = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;
  return {
    ...group,
    groups: group.groups.map(sorted).sort(byName),
    checks: group.checks.toSorted(byName),
  };
}

await programTest(["k6"], "checks, groups, metrics and thresholds count as in k6", async () => {
  await compare("checks");
});

await programTest(["k6"], "requests of k6/http count as in k6", async () => {
  await compare("requests");
});

await programTest(["k6"], "setup, teardown and iterations that throw count as in k6", async () => {
  await compare("lifecycle");
});

await programTest(["k6"], "executors run as many iterations as in k6", async () => {
  await compare("executors", {
    sums: ["iterations", "numbers"],
    arrivals: ["iterations", "numbers"].flatMap((name) =>
      ["constant_rate", "ramping_rate"].map((one) => `${name}{scenario:${one}}`)
    ),
  });
});

await programTest(
  ["k6"],
  "what busy VUs, pauses and the end of the time drop is as in k6",
  async () => {
    await compare("busy", {
      sums: ["iterations", "dropped_iterations"],
      arrivals: ["iterations{scenario:busy}", "dropped_iterations{scenario:busy}"],
    });
  },
);

await programTest(["k6"], "a test that a script aborts ends as in k6", async () => {
  await using target = startTarget();
  const theirs = await k6("abort", target.url);
  const ours = await downpour("abort", target.url);
  assert.deepEqual([ours.code, theirs.code], [108, 108]);
  const torn = ({ data }: Ended) => data.metrics.torn_down?.values.count;
  assert.deepEqual([torn(ours), torn(theirs)], [1, 1]);
});

await programTest(
  ["k6"],
  "an aborting threshold, a delayed one, and test.fail end as in k6",
  async () => {
    const abort = ["bad", "iterations"];
    const { theirs, ours } = await compare("ends", { timed: abort, flags: () => "-e ROW=aborted" });
    for (const { code, data } of [theirs, ours]) {
      const bad = data.metrics.bad!.values.count!;
      assert(code === 99 && bad > 0 && bad < 100, `exit code ${code} after ${bad} iterations`);
    }
    const delayed = await compare("ends", { flags: () => "-e ROW=delayed" });
    assert.equal(delayed.theirs.code, 99);
    const failed = await compare("ends", { flags: () => "-e ROW=failed" });
    assert.equal(failed.theirs.code, 110);
  },
);

await programTest(
  ["k6"],
  "hashes, base64, shared arrays, seeds, timers and secrets are as in k6",
  async () => {
    const file = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(file, "token=s3cret välue\n");
      const sources = [`file=${file},default`, "mock=name=other,key=k3y"];
      const { theirs } = await compare("modules", {
        flags: () => sources.map((source) => `--secret-source=${source}`).join(" "),
      });
      assertAllHeld(theirs);
    } finally {
      await Deno.remove(file);
    }
  },
);

await programTest(["k6"], "constant and ramping VUs begin and end as many as in k6", async () => {
  const counted = ["begun", "ended", "iterations", "http_reqs"];
  const often = counted.map((name) => `${name}{scenario:often}`);
  const { theirs, ours } = await compare("users", {
    timed: [...counted, ...often, "http_req_failed"],
  });
  for (const { code, data } of [theirs, ours]) {
    assert.equal(code, 0);
    const [first, ...rest] = often.map((name) => data.metrics[name]!.values.count);
    assert(rest.every((count) => count === first), `${rest} requests and iterations of ${first}`);
  }
});

await programTest(
  ["k6"],
  "cookies that stay, discarded bodies, redirects and batches keep to the options as in k6",
  async () => {
    await using held = startHeld({ host: 2, all: 3 });
    const { theirs } = await compare("client", {
      flags: (tool) => `-e HELD=${held.urls.map((url) => `${url}/${tool}`).join()}`,
    });
    assertAllHeld(theirs);
    assert.deepEqual(
      Object.fromEntries(held.most),
      { "/k6/host": 2, "/k6/all": 3, "/downpour/host": 2, "/downpour/all": 3 },
    );
  },
);

await programTest(["k6"], "a limit of requests a second holds for all VUs as in k6", async () => {
  const { theirs } = await compare("rps", {
    timed: ["http_reqs", "http_req_failed", "iterations", "dropped_iterations"],
  });
  assert.equal(theirs.code, 0);
});

await programTest(
  ["k6"],
  "segments do together what k6's do; which part does the odd ones is each tool's own",
  async () => {
    await using target = startTarget();
    const parts = ["0:1/2", "1/2:1"].map((part) => `--execution-segment ${part}`);
    const [theirs, ours] = await Promise.all([k6, downpour].map(async (run) => {
      const ended: Ended[] = [];
      for (const flags of parts) ended.push(await run("segment", target.url, flags));
      return begunTogether(ended);
    }));
    assert.deepEqual(ours, theirs);
    assert.deepEqual(theirs, { constant: 10, per_vu: 21, ramp: 8, shared: 20 });
  },
);

/** How many iterations began in each scenario, in all of the parts. */
function begunTogether(parts: readonly Ended[]): Record<string, number> {
  const names = ["constant", "per_vu", "ramp", "shared"];
  return Object.fromEntries(names.map((name) => {
    const begun = parts.map(({ data }) => data.metrics[`begun{scenario:${name}}`]!.values.count!);
    assert(begun.every((count) => count > 0), `${name} is split: ${begun}`);
    return [name, begun.reduce((sum, count) => sum + count)];
  }));
}
