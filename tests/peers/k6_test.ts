import assert from "node:assert/strict";
import { programTest, startProgram } from "../../internal/programs_for_tests.ts";
import { startTarget } from "../../targets/mod.ts";

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

function k6(script: string, target: string): Promise<Ended> {
  return command(
    `env K6_NO_USAGE_REPORT=true k6 run --quiet --address= -e TARGET=${target} ${folder}${script}.js`,
  );
}

function downpour(script: string, target: string): Promise<Ended> {
  const permissions = "--no-prompt --allow-net=127.0.0.1 --allow-read --allow-run=deno";
  return command(
    `deno run ${permissions} ${root}cli.ts run --shards 2 -e TARGET=${target} ${folder}${script}.js`,
  );
}

/**
 * Runs a script both ways and compares all that doesn't depend on time.
 *
 * @param options `arrivals`: metrics that one arrival more or less makes no difference to; `sums`: those
 * that some of them are part of
 */
async function compare(
  script: string,
  options: { arrivals?: readonly string[]; sums?: readonly string[] } = {},
) {
  await using target = startTarget();
  const theirs = await k6(script, target.url);
  const ours = await downpour(script, target.url);
  assert.equal(ours.code, theirs.code, "exit code");
  assert.deepEqual(sorted(ours.data.root_group), sorted(theirs.data.root_group));
  const loose = new Set(options.arrivals);
  for (const [name, metric] of Object.entries(theirs.data.metrics)) {
    if (metric.contains !== "default" || /^(vus|vus_max)$/.test(name)) continue; // Times and bytes.
    const found = ours.data.metrics[name];
    assert(found !== undefined, `${name} is missing`);
    assert.equal(found.type, metric.type, name);
    assert.deepEqual(found.thresholds, metric.thresholds, name);
    const slack = loose.has(name) ? 1 : options.sums?.includes(name) ? loose.size : 0;
    if (slack > 0) assertNear(found.values.count!, metric.values.count!, slack, name);
    else assertSame(metric, found, name);
  }
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
