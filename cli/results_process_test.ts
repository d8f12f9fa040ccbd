import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkRecord } from "../results/mod.ts";
import { fakeRecord } from "../results/record_for_tests.ts";
import { saveRun } from "../results/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { downpour, ended, writeFiles } from "./_commands_for_tests.ts";
import { inFolder, namesIn } from "./_folders_for_tests.ts";

const CLI = fileURLToPath(new URL("../cli.ts", import.meta.url));
const ENV = ["--allow-env=DOWNPOUR_*,K6_*"];
const LOAD = ["--allow-net", "--allow-read", "--allow-run=deno"];

/** Runs the command with other permissions than usual. */
function withFlags(folder: string, flags: string[], args: string[], env = {}) {
  return ended("deno", ["run", "--quiet", "--no-prompt", ...flags, CLI, ...args], folder, { env });
}

/** A record's file of a folder. */
async function recordIn(folder: string, number: string) {
  const path = join(folder, ".downpour", "runs", number, "record.json");
  return checkRecord(JSON.parse(await Deno.readTextFile(path)), path);
}

const SCRIPT = `
import { check, console } from "@downpour/downpour";
import secrets from "k6/secrets";
export const options = { vus: 1, iterations: 3, tags: { team: "top-secret-word" } };
export default async function () {
  const word = await secrets.get("word");
  console.log("the word is " + word);
  check(null, { ["knows " + word]: () => true });
}
`.replace("check, console", "check");

Deno.test("every run is kept and says where; --no-save and an empty DOWNPOUR_RUNS keep none", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    const quick = [`${target.url}/json`, "-i", "20", "-u", "2", "-q"];
    const first = await downpour(folder, quick);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /\nsaved {7}\.downpour\/runs\/0001\n$/);
    const second = await downpour(folder, quick);
    assert.match(second.stdout, /\/0002 {2}compare: downpour compare 1 2\n$/);
    const none = await downpour(folder, [...quick, "--no-save"]);
    assert.doesNotMatch(none.stdout, /saved/);
    const off = await withFlags(folder, [...LOAD, ...ENV, "--allow-write"], quick, {
      DOWNPOUR_RUNS: "",
    });
    assert.doesNotMatch(off.stdout, /saved/);
    assert.deepEqual(await namesIn(join(folder, ".downpour", "runs")), [
      ".gitignore",
      "0001",
      "0002",
    ]);
    const record = await recordIn(folder, "0001");
    assert.equal(record.script, null);
    assert.equal(record.summary.metrics["http_reqs"]?.values["count"], 20);
  });
});

Deno.test("without the permission to write a run goes on, and says once that it is not kept", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    const quick = [`${target.url}/json`, "-i", "5", "-q"];
    const { code, stdout, stderr } = await withFlags(folder, LOAD, quick);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /\nnot saved {3}this process may not write \.downpour\/runs: --allow-write=\.downpour\/runs, or --no-save\n$/,
    );
    assert.deepEqual(await namesIn(folder), []);
    const granted = await withFlags(folder, [...LOAD, "--allow-write=.downpour/runs"], quick);
    assert.match(granted.stdout, /saved {7}\.downpour\/runs\/0001\n/);
  });
});

Deno.test("a script's run knows its file and its log, and no secret is in it", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "load.ts": SCRIPT, "secrets.txt": "word=top-secret-word\n" });
    const args = ["run", "load.ts", "--secret-source", "file=secrets.txt", "-q"];
    const { code, stdout, stderr } = await downpour(folder, args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /saved {7}\.downpour\/runs\/0001\n/);
    const text = await Deno.readTextFile(join(folder, ".downpour/runs/0001/record.json"));
    assert.doesNotMatch(text, /top-secret-word/);
    const record = await recordIn(folder, "0001");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(SCRIPT));
    assert.deepEqual(record.script, { path: "load.ts", sha256: new Uint8Array(digest).toHex() });
    assert.deepEqual(record.log.map(({ text }) => text), Array(3).fill("the word is ***"));
    assert.match(JSON.stringify(record.timeline), /knows \*\*\*/);
  });
});

Deno.test("a run with a summary of its own is told of on standard error; check keeps nothing", async () => {
  await inFolder(async (folder) => {
    const script = `
export const options = { iterations: 1 };
export default function () {}
export function handleSummary() { return { stdout: "mine\\n" }; }
`;
    await writeFiles(folder, { "load.ts": script });
    const { stdout, stderr } = await downpour(folder, ["run", "load.ts"]);
    assert.equal(stdout, "mine\n");
    assert.match(stderr, /downpour: saved \.downpour\/runs\/0001\n/);
    await downpour(folder, ["check", "load.ts"]);
    assert.deepEqual(await namesIn(join(folder, ".downpour", "runs")), [".gitignore", "0001"]);
  });
});

Deno.test("runs are listed and printed in every form", async () => {
  await inFolder(async (folder) => {
    const empty = await downpour(folder, ["runs"]);
    assert.deepEqual([empty.code, empty.stdout], [0, ""]);
    assert.match(empty.stderr, /no runs in \.downpour\/runs yet/);
    const runs = join(folder, ".downpour", "runs");
    const record = fakeRecord({ seconds: 5 });
    for (let n = 0; n < 3; n++) await saveRun(runs, record);
    await Deno.writeTextFile(join(runs, "0002", "record.json"), "{}");
    const list = (await downpour(folder, ["runs"])).stdout.split("\n");
    assert.match(list[0]!, /^run {2}when +took +requests +rate +p99 +errors +exit {2}name$/);
    assert.match(list[1]!, /^ {2}3 {2}2026-01-0\d \d\d:\d\d +5s +\d+ .* 99 {2,4}shop\.ts$/);
    assert.match(list[3]!, /^2 {2}.*0002.record\.json is no run of Downpour/);
    const data = JSON.parse((await downpour(folder, ["runs", "--json", "--last", "1"])).stdout);
    assert.deepEqual(data.map(({ number, name }: Record<string, unknown>) => [number, name]), [
      [3, "shop.ts"],
    ]);
    const one = await downpour(folder, ["runs", "1"]);
    assert.match(one.stdout, /✗ http_req_duration {2}p\(99\)<10/);
    assert.match(one.stdout, /run {9}\.downpour\/runs\/0001\/record\.json, .*, exit code 99\n$/);
    const summary = JSON.parse((await downpour(folder, ["runs", "last", "--json"])).stdout);
    assert.deepEqual(summary, JSON.parse(JSON.stringify(record.summary)));
    assert.match(
      (await downpour(folder, ["runs", "3", "--markdown"])).stdout,
      /^### ❌ shop\.ts\n/,
    );
    const junit = await downpour(folder, ["runs", "3", "--junit", "out.xml"]);
    assert.deepEqual([junit.code, junit.stdout], [0, ""]);
    assert.match(await Deno.readTextFile(join(folder, "out.xml")), /<testsuites name="downpour"/);
  });
});

Deno.test("runs are compared, with 99 for a rule that fails", async () => {
  await inFolder(async (folder) => {
    const runs = join(folder, ".downpour", "runs");
    const [before, after] = [5, 20].map((median) =>
      fakeRecord({
        seed: median,
        seconds: 20,
        endpoints: [{ method: "GET", name: "/", rate: 50, median, tail: 2, failing: 0 }],
      })
    );
    for (const record of [before!, before!, after!, after!]) await saveRun(runs, record);
    const plain = await downpour(folder, ["compare", "2", "3"]);
    assert.equal(plain.code, 0, plain.stderr);
    assert.match(plain.stdout, /http_req_duration p99 .* worse\n/);
    const failing = await downpour(folder, ["compare", "1,2", "3,4", "--fail-on", "p99>+10%"]);
    assert.equal(failing.code, 99);
    assert.match(failing.stdout, /✗ p99>\+10%/);
    const newest = await downpour(folder, ["compare", "--fail-on=p99>+10%", "--markdown"]);
    assert.equal(newest.code, 0, "the last two are the same");
    assert.match(newest.stdout, /^### ✅ 3 .*\n/);
    const path = join(runs, "0001", "record.json");
    const json = JSON.parse((await downpour(folder, ["compare", path, "last", "--json"])).stdout);
    assert.deepEqual([json.schemaVersion, json.before[0].run], [1, path]);
  });
});

Deno.test("what can't be compared is one message and its exit code", async () => {
  await inFolder(async (folder) => {
    const runs = join(folder, ".downpour", "runs");
    const record = fakeRecord({ seconds: 2 });
    await saveRun(runs, record);
    await saveRun(runs, { ...record, histograms: [], series: [] });
    const future = join(folder, "future.json");
    await Deno.writeTextFile(future, JSON.stringify({ ...record, version: 2 }));
    const cases: [args: string[], code: number, message: RegExp][] = [
      [["compare", "1", "7"], 1, /there is no run 7 in \.downpour\/runs, which has 2 from 1 to 2/],
      [["compare", "1", "2"], 1, /run 1 and run 2 have no metric in common/],
      [["compare", "1", "future.json"], 1, /has version 2, and Downpour .* reads 1/],
      [["compare", "1", "nowhere"], 1, /there is no run at nowhere/],
      [["compare", "1,", "2"], 104, /the runs of a side are numbers or paths/],
      [["compare", "1", "1", "--fail-on", "p99"], 104, /--fail-on can't be read: p99/],
      [["compare", "1", "1", "--confidence", "100"], 104, /--confidence must be from 50 to 99.99/],
      [["compare", "1", "1", "--relevance", "x"], 104, /--relevance must be from 0 to 1000/],
      [["compare", "1", "1", "--seed", "x"], 104, /--seed is not a whole number/],
      [["compare", "1", "1", "1"], 2, /too many operands: 1/],
      [["runs", "7"], 1, /there is no run 7/],
      [["runs", "--markdown"], 2, /which run\?/],
    ];
    for (const [args, code, message] of cases) {
      const found = await downpour(folder, args);
      assert.deepEqual([found.code, found.stdout], [code, ""], args.join(" "));
      assert.match(found.stderr, message);
    }
  });
});
