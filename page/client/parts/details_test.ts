import assert from "node:assert/strict";
import { FAMILIES } from "../../data/families.ts";
import { PAGE_SCHEMA, PAGE_VERSION, type PageData, type PageNow } from "../../data/types.ts";
import { applyTick, type Told } from "../live/apply.ts";
import { type FakeElement, withDocument } from "./_document_for_tests.ts";
import { details } from "./details.ts";

const NOW: PageNow = {
  state: {
    ...{ phase: "running", paused: false, elapsedMs: 0, totalMs: null, vus: 0, vusMax: 0 },
    exitCode: null,
  },
  iterations: {
    ...{ planned: 0, started: 0, completed: 0, interrupted: 0, dropped: 0, thrown: 0, late: 0 },
  },
  ...{ metrics: [], thresholds: [], checks: [], rows: [], errors: [], failures: [] },
  generator: null,
};
const DATA: PageData = {
  ...{ schema: PAGE_SCHEMA, version: PAGE_VERSION, now: NOW, shapes: {}, log: [], samples: [] },
  run: { name: "by hand", startedAt: "", facts: [], scenarios: [] },
  timeline: { stepMs: 1000, steps: 0, series: [] },
};

/** What a page knows after one more line. */
function logged({ data, lines }: Told): Told {
  const { run, now, timeline } = data;
  const count = lines + 1;
  const line = {
    ...{ level: "info" as const, source: "script" as const, elapsedMs: count },
    text: `line ${count}`,
  };
  const delta = { ...timeline, from: 0 };
  return applyTick({ data, lines }, {
    ...{ run, now, timeline: delta, lines: [line], count, samples: null },
  });
}

Deno.test("a log that is full goes on with what comes", () => {
  withDocument(() => {
    const part = details();
    const element = part.element as unknown as FakeElement;
    const log = element.find(({ id }) => id === "panel-log")!;
    const family = FAMILIES[0]!;
    let told: Told = { data: DATA, lines: 0 };
    for (let n = 0; n < 1000; n++) told = logged(told);
    for (const other of ["thresholds", "checks", "errors", "metrics", "about"]) {
      element.find(({ id }) => id === `panel-${other}`)!["hidden"] = true;
    }
    log["hidden"] = false;
    part.update({ data: told.data, family });
    assert.equal(log.textContent.slice(-9), "line 1000");
    told = logged(told);
    assert.equal(told.data.log.length, 1000);
    part.update({ data: told.data, family });
    assert.equal(log.textContent.slice(-9), "line 1001");
    const [list] = log.children;
    part.update({ data: { ...told.data }, family });
    assert.equal(log.children[0], list, "nothing new is drawn again");
  });
});
