// deno-lint-ignore-file no-control-regex
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { RunProgress } from "../runner/mod.ts";
import { counts, runProgress, Samples } from "./_fixture_for_tests.ts";
import { liveArea } from "./_live_area.ts";
import { liveNumbers } from "./_live_numbers.ts";
import { displayWidth } from "./_text.ts";
import { type LiveViewOptions, renderLive } from "./live_view.ts";

const WIDE = { width: 120, color: false, keys: true, title: "GET http://127.0.0.1/" };

/** The view of a run of four half seconds: requests become more, and slower. */
function render(
  given: Partial<RunProgress> = {},
  options: Partial<LiveViewOptions> = {},
  samples: Samples = new Samples(),
): string[] {
  const numbersOf = liveNumbers();
  for (let i = 1; i <= 4; i++) {
    const durations = Array.from({ length: 50 * i }, () => 1.5 * i);
    samples.requests("GET", "http://127.0.0.1/", i === 3 ? "500" : "200", durations);
    numbersOf(runProgress(samples.registry, { elapsedMs: 500 * i }));
  }
  const progress = runProgress(samples.registry, { elapsedMs: 2000, ...given });
  return renderLive(progress, numbersOf(progress), { ...WIDE, ...options });
}

Deno.test("the view tells where the run stands, how it went lately, and how long things took", () => {
  assert.deepEqual(render(), [
    "GET http://127.0.0.1/  running ███░░░░░░░░░░░░ 2s/10s  10 VUs  [p pause, q stop]",
    "rps 400     ▂▄▆█                        p99 6.00ms ▂▄▆█                        " +
    "errors 30.0% ▁▁█▁",
    "≤2ms █████▊ 10%                         ≤5ms █████████████████████████████ 50%  " +
    "≤10ms ██████████████████████▍ 40%",
  ]);
});

Deno.test("keys, title, bar, VUs, sparklines and bins give way where there is no room", () => {
  const at = (width: number) => render({}, { width });
  assert.equal(
    at(80)[0],
    "GET http://127.0.0.1/  running ██░░░░░░░░ 2s/10s  10 VUs  [p pause, q stop]",
  );
  assert.match(
    at(70)[0]!,
    /^GET \S+…\S+ {2}running █+░+ 2s\/10s {2}10 VUs {2}\[p pause, q stop\]$/,
  );
  assert.match(at(60)[0]!, /^running █+░+ 2s\/10s {2}10 VUs {2}\[p pause, q stop\]$/);
  assert.match(at(60)[1]!, /^rps 400 +▂▄▆█ +p99 6\.00ms ▂▄▆█ +errors 30\.0% ▁▁█▁$/);
  assert.equal(at(60)[2]!.split("≤").length - 1, 3);
  assert.match(at(40)[0]!, /^GET \S+…\S+ {2}running 2s\/10s {2}10 VUs$/);
  assert.equal(at(40)[1], "rps 400  p99 6.00ms  errors 30.0%");
  assert.deepEqual(at(20).slice(0, 2), ["running 2s/10s", "rps 400  p99 6.00ms"]);
});

Deno.test("no line is too long at any width, with wide characters, colours, and large numbers", () => {
  const titles = ["POST http://a.example/日本語/カート?q=😀😀😀😀😀😀😀😀", "\x1b[2Jx\ny", ""];
  const large = { vus: 123_456, vusMax: 1_000_000, totalMs: 86_400_000, elapsedMs: 80_000_000 };
  for (let width = 20; width <= 200; width++) {
    for (const title of titles) {
      for (const color of [false, true]) {
        for (
          const given of [{}, large, { paused: true }, { iterations: counts({ dropped: 1e9 }) }]
        ) {
          for (const line of render(given, { width, title, color })) {
            const shown = stripVTControlCharacters(line);
            assert.ok(displayWidth(shown) <= width, `${width}: ${shown}`);
            assert.ok(!/\p{Cc}/u.test(shown) && shown === shown.trimEnd(), JSON.stringify(line));
          }
        }
      }
    }
  }
});

Deno.test("colours come only where they are wanted, and change no text", () => {
  assert.doesNotMatch(render().join(""), /\x1b/);
  const colored = render({}, { color: true });
  assert.match(colored[1]!, /\x1b\[31merrors/);
  assert.deepEqual(colored.map(stripVTControlCharacters), render());
});

Deno.test("before the load there is one line; what was dropped and failed is told", () => {
  assert.deepEqual(render({ phase: "init" }), [
    "GET http://127.0.0.1/  starting  [p pause, q stop]",
  ]);
  assert.equal(render({ phase: "setup" }, { keys: false })[0], "GET http://127.0.0.1/  setup");
  assert.equal(render({ elapsedMs: 0, totalMs: null, vus: 1 }).length, 1);
  const samples = new Samples().add("checks", "rate", [1, 0, 0], { check: "a" });
  const lines = render({ iterations: counts({ dropped: 7 }) }, { width: 160 }, samples);
  assert.match(lines[1]!, /7 dropped {2}2 checks failed$/);
});

Deno.test("the keys are those that do something now", () => {
  const hint = (given: Partial<RunProgress>) => /\[.*\]$/.exec(render(given)[0]!)?.[0] ?? "";
  assert.equal(hint({}), "[p pause, q stop]");
  assert.equal(hint({ paused: true }), "[r resume, q stop]");
  assert.equal(hint({ phase: "init", paused: true }), "[r resume, q stop]");
  assert.equal(hint({ phase: "stopping" }), "");
  assert.equal(hint({ phase: "teardown" }), "");
});

Deno.test("without requests it tells of iterations, and of requests as soon as there are some", () => {
  const samples = new Samples().add("iteration_duration", "trend", [20, 20], {}, "time");
  const numbersOf = liveNumbers();
  const at = (elapsedMs: number, completed: number) =>
    numbersOf(runProgress(samples.registry, {
      elapsedMs,
      iterations: counts({ completed, thrown: 1 }),
    }));
  const { unit, rate, p99, errors } = at(1000, 2);
  assert.deepEqual({ unit, rate, p99, errors }, { unit: "it/s", rate: 2, p99: 20, errors: 0.5 });
  assert.deepEqual(at(2000, 6).rates, [2, 4]);
  samples.requests("GET", "http://a/", "200", [3, 3, 3]);
  const now = at(3000, 9);
  assert.deepEqual([now.unit, now.rates, now.p99s, now.errors], ["rps", [1], [3], 0]);
});

Deno.test("what is lately is of the last moment, and moments are no shorter than 400 ms", () => {
  const samples = new Samples();
  const numbersOf = liveNumbers();
  const at = (elapsedMs: number, ...durations: number[]) => {
    if (durations.length > 0) samples.requests("GET", "http://a/", "200", durations);
    return numbersOf(runProgress(samples.registry, { elapsedMs }));
  };
  assert.equal(at(100, 50).rate, 10);
  at(500, 50);
  assert.deepEqual(at(600, 1).rates, [4]);
  const now = at(1000, 1);
  assert.deepEqual([now.rates, Math.round(now.p99!), now.durations?.count], [[4, 4], 1, 4]);
  const idle = at(1500);
  const p99s = idle.p99s.map((p99) => p99 === null ? null : Math.round(p99));
  assert.deepEqual([idle.rates, p99s, idle.p99], [[4, 4, 0], [50, 1, null], now.p99]);
});

Deno.test("lines are drawn in place, in a terminal that became narrower too", () => {
  let [written, width] = ["", 40];
  const area = liveArea((text) => void (written = text), () => width);
  area.clear();
  assert.equal(written, "");
  area.draw(["a".repeat(30), "\x1b[31m日本\x1b[39m"]);
  assert.equal(written, `${"a".repeat(30)}\n\x1b[31m日本\x1b[39m`);
  area.above("log\n");
  assert.ok(written.startsWith("\r\x1b[2K\x1b[1A\x1b[2Klog\naaa"));
  width = 10;
  area.draw(["b"]);
  assert.equal(written, `\r${"\x1b[2K\x1b[1A".repeat(3)}\x1b[2Kb`);
  area.clear("end\n");
  assert.equal(written, "\r\x1b[2Kend\n");
  area.draw(["c"]);
  assert.equal(written, "c");
});
