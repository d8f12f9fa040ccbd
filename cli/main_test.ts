import assert from "node:assert/strict";
import { DownpourError } from "../internal/mod.ts";
import { Registry } from "../metrics/mod.ts";
import { OptionError, VERSION } from "../internal/mod.ts";
import type { RunEvents, RunHandle, RunRequest, RunResult } from "../runner/mod.ts";
import { fakeHost, fakeResult } from "./_fakes_for_tests.ts";
import { main } from "./main.ts";

const TARGET = "http://127.0.0.1:8000/";

/** A starter whose runs end as told; it remembers what it was asked for. */
function starter(end: (events: RunEvents, request: RunRequest) => Promise<RunResult>) {
  const seen: { request?: RunRequest; stops: number; kills: number } = { stops: 0, kills: 0 };
  const start = (request: RunRequest, events: RunEvents = {}): RunHandle => {
    seen.request = request;
    return {
      result: end(events, request),
      stop: () => void seen.stops++,
      kill: () => void seen.kills++,
      pause: () => Promise.resolve(),
      resume: () => Promise.resolve(),
      setVUs: () => Promise.resolve(),
      setRate: () => Promise.resolve(),
      status: () => assert.fail("nobody asks for the status"),
    };
  };
  return { seen, start };
}

function responses(count: number, tags: Record<string, string>): Registry {
  const registry = new Registry();
  const metric = { name: "http_reqs", type: "counter", contains: "default" } as const;
  registry.sink(metric, registry.tags.withAll(tags)).add(count);
  return registry;
}

const fine = (given: Partial<RunResult> = {}) =>
  starter(() =>
    Promise.resolve(fakeResult({ metrics: responses(9, { status: "200" }), ...given }))
  );

Deno.test("the summary goes to stdout, and nothing else does", async () => {
  const host = fakeHost();
  const { start } = starter((events) => {
    events.log?.({ level: "info", text: "hello", source: "script" });
    return Promise.resolve(fakeResult({ metrics: responses(9, { status: "200" }) }));
  });
  assert.equal(await main([TARGET], { host, start }), 0);
  assert.match(host.stdout, /^some run {2}10s/);
  assert.equal(host.stderr, "info   hello\n");
  assert.equal(host.listeners, 0, "signal listeners are gone");
});

Deno.test("help and version print to stdout and exit 0", async () => {
  for (const args of [[], ["--help"], ["run", "--help"], ["target", "--help"]]) {
    const host = fakeHost();
    assert.equal(await main(args, { host }), 0);
    assert.match(host.stdout, /^Usage: downpour /);
    assert.equal(host.stderr, "");
  }
  const host = fakeHost();
  assert.equal(await main(["--version"], { host }), 0);
  assert.equal(host.stdout, `downpour ${VERSION}\n`);
});

Deno.test("bad input is one line on stderr and the right exit code, and starts nothing", async () => {
  const cases: [args: string[], exitCode: number, line: RegExp][] = [
    [["--vsu", "5", TARGET], 2, /unknown option '--vsu' \(did you mean --vus\?\)/],
    [[TARGET, "-z", "5s"], 2, /unknown option '-z' \(here it is -d, --duration\)/],
    [[TARGET, "--unix-socket", "x"], 2, /unknown option '--unix-socket' \(here it is --unix\)/],
    [[TARGET, "--format", "xml"], 104, /--format is not one of text, json, .*"xml"/],
    [["rnu", "x.ts"], 2, /unknown command 'rnu' \(did you mean run\?\)/],
    [["run"], 2, /the script is missing/],
    [["run", "no.tar"], 107, /archive not found: .*no\.tar\n/],
    [["completion", "csh"], 2, /no completion for 'csh'/],
    [[TARGET, "-u", "x"], 104, /--vus .*"x"/],
    [[TARGET, "-d", "soon"], 104, /--duration .*"soon"/],
    [["ftp://a/"], 104, /the scheme is ftp/],
    [["127.0.0.1:8000"], 104, /did you mean http:\/\/127\.0\.0\.1:8000\?/],
    [
      [TARGET, "--summary-json", "no/such/folder/a.json"],
      104,
      /--summary-json: .*folder does not exist/,
    ],
    [
      [TARGET, "--summary-export", "no/such/folder/a.json"],
      104,
      /--summary-export: .*folder does not exist/,
    ],
    [["run", "x.ts", "--shards", "0"], 104, /--shards .*"0"/],
    [["target", "--port", "70000"], 104, /--port .*"70000"/],
  ];
  for (const [args, exitCode, line] of cases) {
    const host = fakeHost();
    const { start, seen } = fine();
    assert.equal(await main(args, { host, start }), exitCode, args.join(" "));
    assert.match(host.stderr, /^downpour: [^\n]+\n$/, args.join(" "));
    assert.match(host.stderr, line);
    assert.equal(host.stdout, "");
    assert.equal(seen.request, undefined);
  }
});

Deno.test("what a run rejects with decides the exit code", async () => {
  const timeout = Object.assign(new DownpourError("setup_timeout", "setup took too long"), {
    exitCode: 100,
  });
  const cases: [error: Error, exitCode: number, text: string][] = [
    [new OptionError("vus", "vus is no number"), 104, "vus is no number"],
    [new DownpourError("script_syntax", "x.ts:1: bad"), 107, "x.ts:1: bad"],
    [
      new DownpourError("setup_threw", "setup threw: no\n    at x.ts:3:4"),
      107,
      "setup threw: no\n    at x.ts:3:4",
    ],
    [timeout, 100, "setup took too long"],
    [new TypeError("our own mistake"), 1, "our own mistake"],
  ];
  for (const [error, exitCode, text] of cases) {
    const host = fakeHost();
    const { start } = starter(() => Promise.reject(error));
    assert.equal(await main(["run", "x.ts"], { host, start }), exitCode);
    assert.equal(host.stderr, `downpour: ${text}\n`);
    assert.equal(host.listeners, 0);
  }
});

Deno.test("a target that can't be reached is one message and exit 1", async () => {
  const host = fakeHost();
  const { start } = starter(() => {
    const text =
      `setup threw: cannot reach ${TARGET}: connection refused (connection_refused)\n    at ours.ts`;
    return Promise.reject(new DownpourError("setup_threw", text));
  });
  assert.equal(await main([TARGET], { host, start }), 1);
  assert.equal(
    host.stderr,
    `downpour: cannot reach ${TARGET}: connection refused (connection_refused)\n`,
  );
});

Deno.test("a quick run without one response exits 1 and says what happened instead", async () => {
  const silent = responses(3, { status: "0", error: "empty_reply", error_code: "1000" });
  const metric = { name: "http_reqs", type: "counter", contains: "default" } as const;
  silent.sink(
    metric,
    silent.tags.withAll({ status: "0", error: "request_timeout", error_code: "1050" }),
  ).add(7);
  const host = fakeHost();
  assert.equal(await main([TARGET], { host, ...fine({ metrics: silent }) }), 1);
  assert.match(
    host.stderr,
    /^downpour: not one response from http:\S+: 7× request_timeout \(1050\)$/m,
  );

  const none = fakeHost();
  assert.equal(await main([TARGET], { host: none, ...fine({ metrics: new Registry() }) }), 1);
  assert.match(none.stderr, /not one response from .*: no request was answered/);

  const errors = fakeHost();
  const { start } = fine({ metrics: responses(3, { status: "500" }) });
  assert.equal(await main([TARGET], { host: errors, start }), 0, "a 500 is a response");
});

Deno.test("failed thresholds are named on stderr too", async () => {
  const host = fakeHost();
  const { start } = fine({
    exitCode: 99,
    thresholds: [
      { metric: "http_reqs", expression: "count>100", ok: false, value: 9 },
      { metric: "http_reqs", expression: "count>1", ok: true, value: 9 },
    ],
  });
  assert.equal(await main(["run", "x.ts"], { host, start }), 99);
  assert.equal(host.stderr, "downpour: threshold failed: http_reqs count>100\n");
});

Deno.test("a target elsewhere draws a warning, one on this machine none", async () => {
  const host = fakeHost();
  await main(["http://example.com/"], { host, ...fine() });
  assert.match(host.stderr, /^downpour: example\.com:80 is not this machine: .*\n$/);
});

Deno.test("the first signal stops, its echo is the same one, the next kills", async () => {
  const host = fakeHost();
  const done = Promise.withResolvers<RunResult>();
  const { start, seen } = starter(() => done.promise);
  const running = main(["run", "x.ts"], { host, start });
  while (host.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  host.signal(1000);
  host.signal(1001);
  assert.deepEqual([seen.stops, seen.kills], [1, 0]);
  host.signal(3000);
  assert.deepEqual([seen.stops, seen.kills], [1, 1]);
  done.resolve(fakeResult({ exitCode: 105 }));
  assert.equal(await running, 105);
  assert.match(host.stderr, /second Ctrl-C ends the run at once/);
});

Deno.test("handleSummary takes the place of the summary and writes only where it may", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const host = fakeHost();
    const { start } = fine({
      handleSummary: {
        stdout: "mine\n",
        stderr: "aside\n",
        [`${folder}/ok.txt`]: "whole",
        [`${folder}/../bad.txt`]: "never",
      },
    });
    const args = ["run", "x.ts", "--allow-write", folder, "--summary-json", `${folder}/s.json`];
    assert.equal(await main(args, { host, start }), 1, "one file could not be written");
    assert.equal(host.stdout, "mine\n");
    assert.match(
      host.stderr,
      /^aside\ndownpour: cannot write \S+bad\.txt: handleSummary may only write below/,
    );
    assert.equal(await Deno.readTextFile(`${folder}/ok.txt`), "whole");
    assert.equal(JSON.parse(await Deno.readTextFile(`${folder}/s.json`)).schemaVersion, 1);
    const left = await Array.fromAsync(Deno.readDir(folder));
    assert.deepEqual(left.map((e) => e.name).sort(), ["ok.txt", "s.json"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a closed stdout is survived, told on stderr, and not a success", async () => {
  const host = fakeHost({ stdoutClosed: true });
  assert.equal(await main([TARGET], { host, ...fine() }), 1);
  assert.match(host.stderr, /cannot print the summary: standard output is closed/);
});

Deno.test("--no-summary prints none, --no-color and NO_COLOR take colours away", async () => {
  const quiet = fakeHost();
  await main([TARGET, "--no-summary"], { host: quiet, ...fine() });
  assert.equal(quiet.stdout, "");
  const colored = async (args: string[], given: Parameters<typeof fakeHost>[0]) => {
    const host = fakeHost(given);
    await main([TARGET, ...args], { host, ...fine() });
    return host.stdout.includes("\x1b[");
  };
  assert.equal(await colored([], { terminal: true }), true);
  assert.equal(await colored([], { terminal: false }), false);
  assert.equal(await colored(["--no-color"], { terminal: true }), false);
  assert.equal(await colored([], { terminal: true, noColor: true }), false);
  assert.equal(await colored([], { terminal: false, env: { FORCE_COLOR: "1" } }), true);
  assert.equal(await colored([], { terminal: true, env: { FORCE_COLOR: "0" } }), false);
});

Deno.test("summaryMode disabled prints none, as K6_NO_SUMMARY and its like do", async () => {
  const options = { ...fakeResult().options, summaryMode: "disabled" } as const;
  const off = fakeHost();
  assert.equal(await main(["run", "x.ts"], { host: off, ...fine({ options }) }), 0);
  assert.equal(off.stdout, "");
  for (const format of ["text", "json"]) {
    const args = ["run", "x.ts", "--format", format];
    for (const env of [{ K6_NO_SUMMARY: "true" }, { DOWNPOUR_NO_SUMMARY: "1" }]) {
      const host = fakeHost({ env });
      await main(args, { host, ...fine() });
      assert.equal(host.stdout, "");
    }
    const on = fakeHost({ env: { DOWNPOUR_NO_SUMMARY: "false", K6_NO_SUMMARY: "true" } });
    await main(args, { host: on, ...fine() });
    assert.notEqual(on.stdout, "");
  }
  const bad = fakeHost({ env: { K6_NO_SUMMARY: "maybe" } });
  assert.equal(await main(["run", "x.ts"], { host: bad, ...fine() }), 104);
  assert.match(bad.stderr, /K6_NO_SUMMARY is neither true nor false: "maybe"/);
});

Deno.test("--summary-export writes k6's older shape, a variable does where no flag stands", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const env = { K6_SUMMARY_EXPORT: `${folder}/env.json` };
    await main(["run", "x.ts"], { host: fakeHost({ env }), ...fine() });
    const args = ["run", "x.ts", "--no-summary", "--summary-export", `${folder}/flag.json`];
    await main(args, { host: fakeHost({ env: { K6_SUMMARY_EXPORT: "/no/such/x" } }), ...fine() });
    for (const name of ["env", "flag"]) {
      const { metrics, root_group } = JSON.parse(
        await Deno.readTextFile(`${folder}/${name}.json`),
      );
      assert.deepEqual(metrics.http_reqs, { count: 9, rate: 0.9 });
      assert.deepEqual(root_group.groups, {});
    }
    const bad = fakeHost({ env: { DOWNPOUR_SUMMARY_EXPORT: `${folder}/no/x.json` } });
    assert.equal(await main(["run", "x.ts"], { host: bad, ...fine() }), 104);
    assert.match(bad.stderr, /DOWNPOUR_SUMMARY_EXPORT: .*folder does not exist/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a run knows the modules of scripts by name, and its shards their permissions", async () => {
  const { start, seen } = fine();
  await main(["run", "dir/x.ts", "-u", "3"], { host: fakeHost(), start });
  assert.ok(Object.keys(seen.request!.setup.modules).includes("k6/x/net/http"));
  assert.deepEqual(seen.request!.allowRead, ["dir"]);
  assert.deepEqual(seen.request!.overrides, { vus: 3 });
  assert.ok(seen.request!.shardEntry.href.endsWith("/cli/shard.ts"));
});
