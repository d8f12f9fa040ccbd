import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { RunProgress } from "../runner/mod.ts";
import { counts, runProgress, Samples } from "./_fixture_for_tests.ts";
import { progressDisplay, renderLog, renderProgress } from "./progress.ts";

const PLAIN = { width: 200, color: false, bar: false };

function http(): Samples {
  return new Samples()
    .requests("GET", "http://127.0.0.1/", "200", Array.from({ length: 99 }, () => 9.4))
    .requests("GET", "http://127.0.0.1/", "500", [9.4]);
}

/** A display whose output and clock are the test's. */
function display(live: boolean, quiet = false) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const shown = progressDisplay({
    write: (text) => void written.push(text),
    live,
    color: false,
    width: () => 100,
    now: () => clock.ms,
  }, quiet);
  return { shown, written, clock };
}

Deno.test("a progress line tells time, users, iterations per second, p99 and errors", () => {
  const line = renderProgress(runProgress(http().registry), PLAIN);
  assert.equal(line, "running 5s/10s  10 VUs  98.0 it/s  p99 9.40ms  errors 1.00%");
});

Deno.test("what is not known or not there is left out", () => {
  const progress = runProgress(new Samples().registry, { totalMs: null, vus: 3, elapsedMs: 0 });
  assert.equal(renderProgress(progress, PLAIN), "running 0ms  3 of 10 VUs  0 it/s");
});

Deno.test("dropped iterations and the phase stand in the line", () => {
  const progress = runProgress(new Samples().registry, {
    phase: "stopping",
    iterations: counts({ completed: 10, dropped: 7 }),
  });
  assert.match(renderProgress(progress, PLAIN), /^stopping 5s\/10s .* 7 dropped$/);
});

Deno.test("a live line never passes the width of the terminal", () => {
  for (const color of [false, true]) {
    for (let width = 10; width < 120; width += 7) {
      const line = renderProgress(runProgress(http().registry), { width, color, bar: true });
      assert.ok(stripVTControlCharacters(line).length <= width, `${width}: ${line}`);
    }
  }
});

Deno.test("a live line is redrawn four times a second at most, and at once in a new phase", () => {
  const { shown, written, clock } = display(true);
  const at = (ms: number, phase: RunProgress["phase"] = "running") => {
    clock.ms = ms;
    shown.update(runProgress(new Samples().registry, { elapsedMs: ms, phase }));
  };
  for (let ms = 0; ms <= 1000; ms += 50) at(ms);
  assert.equal(written.length, 5);
  at(1010, "stopping");
  assert.equal(written.length, 6);
  for (const text of written) assert.ok(text.startsWith("\r\x1b[2K") && !text.includes("\n"), text);
  shown.close();
  shown.close();
  assert.deepEqual(written.slice(6), ["\r\x1b[2K"]);
});

Deno.test("a log line goes above the live line, which comes back", () => {
  const { shown, written } = display(true);
  shown.log({ level: "info", text: "early", source: "script" });
  shown.update(runProgress(new Samples().registry));
  shown.log({ level: "warn", text: "late\nsecond", source: "script" });
  assert.equal(written[0], "info   early\n");
  const line = written[1]!.replace("\r\x1b[2K", "");
  assert.equal(written[2], `\r\x1b[2Kwarn   late\n       second\n${line}`);
});

Deno.test("without a terminal one whole line comes every ten seconds", () => {
  const { shown, written } = display(false);
  for (let ms = 0; ms <= 35_000; ms += 1000) {
    shown.update(runProgress(new Samples().registry, { elapsedMs: ms + 3, totalMs: 60_000 }));
  }
  shown.update(runProgress(new Samples().registry, { elapsedMs: 60_500, phase: "teardown" }));
  shown.close();
  assert.deepEqual(written.map((text) => /\d+s\/1m/.exec(text)?.[0]), [
    "10s/1m",
    "20s/1m",
    "30s/1m",
  ]);
  for (const text of written) assert.match(text, /^\P{Cc}+\n$/u);
});

Deno.test("the rate is that of the time since the last look", () => {
  const { shown, written } = display(true);
  for (const [ms, completed] of [[1000, 100], [2000, 1100]] as const) {
    shown.update(runProgress(new Samples().registry, {
      elapsedMs: ms,
      phase: ms === 1000 ? "running" : "stopping",
      iterations: counts({ completed }),
    }));
  }
  assert.match(written[1]!, /1,000 it\/s/);
});

Deno.test("a quiet display shows logs and no progress", () => {
  const { shown, written } = display(true, true);
  shown.update(runProgress(new Samples().registry));
  shown.log({ level: "error", text: "bad", source: "run" });
  shown.close();
  assert.deepEqual(written, ["error  bad\n"]);
});

Deno.test("log text can't steer the terminal", () => {
  assert.equal(
    renderLog({ level: "info", text: "a\x1b[2Jb\x07", source: "script" }, false),
    "info   a[2Jb\n",
  );
});

Deno.test("a log line is no command to a CI runner", () => {
  const text = renderLog({
    level: "error",
    text: "Error: it said\n::add-mask::x\n  ::error::forged\na::b",
    source: "script",
  }, false);
  assert.deepEqual(text.trimEnd().split("\n").map((line) => line.trimStart()), [
    "error  Error: it said",
    "| ::add-mask::x",
    "|   ::error::forged",
    "a::b",
  ]);
});

Deno.test("a paused run says so, at once", () => {
  const progress = runProgress(http().registry, { paused: true });
  assert.match(renderProgress(progress, PLAIN), /^paused 5s\/10s {2}10 VUs /);
  const held = runProgress(http().registry, { phase: "init", paused: true });
  assert.equal(renderProgress(held, PLAIN), "paused");
  const { shown, written, clock } = display(true);
  shown.update(runProgress(http().registry));
  clock.ms = 1;
  shown.update(runProgress(http().registry, { paused: true }));
  assert.equal(written.length, 2);
  assert.match(written[1]!, /paused/);
});

Deno.test("the keys that do something stand behind the line, where there is room", () => {
  const keys = { ...PLAIN, keys: true };
  const of = (given: Partial<RunProgress>) =>
    /\[.*\]$/.exec(renderProgress(runProgress(http().registry, given), keys))?.[0] ?? "";
  assert.equal(of({}), "[p pause, q stop]");
  assert.equal(of({ paused: true }), "[r resume, q stop]");
  assert.equal(of({ phase: "init", paused: true }), "[r resume, q stop]");
  assert.equal(of({ phase: "stopping" }), "");
  assert.equal(of({ phase: "teardown" }), "");
  const narrow = renderProgress(runProgress(http().registry), { ...keys, width: 60 });
  assert.match(narrow, /errors 1\.00%$/);
});
