// deno-lint-ignore-file no-control-regex
import assert from "node:assert/strict";
import type { RunProgress } from "../runner/mod.ts";
import { counts, runProgress, Samples } from "./_fixture_for_tests.ts";
import { progressDisplay, renderLog, renderProgress } from "./progress.ts";

/** A text that begins by taking away what was drawn before. */
const ERASED = /^\r(\x1b\[2K\x1b\[1A)*\x1b\[2K/;

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
  const line = renderProgress(runProgress(http().registry));
  assert.equal(line, "running 5s/10s  10 VUs  98.0 it/s  p99 9.40ms  errors 1.00%");
});

Deno.test("what is not known or not there is left out", () => {
  const progress = runProgress(new Samples().registry, { totalMs: null, vus: 3, elapsedMs: 0 });
  assert.equal(renderProgress(progress), "running 0ms  3 of 10 VUs  0 it/s");
});

Deno.test("dropped iterations and the phase stand in the line", () => {
  const progress = runProgress(new Samples().registry, {
    phase: "stopping",
    iterations: counts({ completed: 10, dropped: 7 }),
  });
  assert.match(renderProgress(progress), /^stopping 5s\/10s .* 7 dropped$/);
});

Deno.test("a live view is redrawn four times a second at most, and at once in a new phase", () => {
  const { shown, written, clock } = display(true);
  const at = (ms: number, phase: RunProgress["phase"] = "running") => {
    clock.ms = ms;
    shown.update(runProgress(new Samples().registry, { elapsedMs: ms, phase }));
  };
  for (let ms = 0; ms <= 1000; ms += 50) at(ms);
  assert.equal(written.length, 5);
  at(1010, "stopping");
  assert.equal(written.length, 6);
  for (const text of written.slice(1)) assert.match(text, ERASED);
  shown.close();
  shown.close();
  assert.equal(written.length, 7);
  assert.match(written[6]!, /^\r(\x1b\[2K\x1b\[1A)+\x1b\[2K$/);
});

Deno.test("a log line goes above the live view, which comes back", () => {
  const { shown, written } = display(true);
  shown.log({ level: "info", text: "early", source: "script" });
  shown.update(runProgress(new Samples().registry));
  shown.log({ level: "warn", text: "late\nsecond", source: "script" });
  assert.equal(written[0], "info   early\n");
  assert.equal(
    written[2],
    `\r\x1b[2K\x1b[1A\x1b[2Kwarn   late\n       second\n${written[1]}`,
  );
});

Deno.test("without a terminal a line comes each 10 s, after a minute each 30 s, after ten each 60 s", () => {
  const { shown, written } = display(false);
  const registry = new Samples().registry;
  for (let ms = 0; ms <= 800_000; ms += 1000) {
    shown.update(runProgress(registry, { elapsedMs: ms + 3, totalMs: 3_600_000 }));
  }
  shown.update(runProgress(registry, { elapsedMs: 860_500, phase: "teardown" }));
  shown.close();
  const seconds = written.map((text) => {
    const [, m = "0", s = "0"] = /running (?:(\d+)m)?(?:(\d+)s)?\/1h/.exec(text) ?? [];
    return Number(m) * 60 + Number(s);
  });
  const every30 = Array.from({ length: 18 }, (_, i) => 90 + 30 * i);
  assert.deepEqual(seconds, [10, 20, 30, 40, 50, 60, ...every30, 660, 720, 780]);
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
  assert.match(written[1]!, /it\/s 1,000 /);
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
  assert.match(renderProgress(progress), /^paused 5s\/10s {2}10 VUs /);
  const held = runProgress(http().registry, { phase: "init", paused: true });
  assert.equal(renderProgress(held), "paused");
  const { shown, written, clock } = display(true);
  shown.update(runProgress(http().registry));
  clock.ms = 1;
  shown.update(runProgress(http().registry, { paused: true }));
  assert.equal(written.length, 2);
  assert.match(written[1]!, /paused/);
});

Deno.test("a terminal of another size has the view drawn anew, once there is one", () => {
  const { shown, written } = display(true);
  shown.redraw!();
  assert.deepEqual(written, []);
  shown.update(runProgress(http().registry));
  shown.redraw!();
  assert.equal(written[1], `\r${"\x1b[2K\x1b[1A".repeat(2)}\x1b[2K${written[0]}`);
  shown.close();
  shown.redraw!();
  assert.equal(written.length, 3);
});
