import assert from "node:assert/strict";
import { nearest } from "./mod.ts";

Deno.test("nearest finds what was most likely meant, or nothing", () => {
  const names = ["duration", "vus", "iterations", "thresholds", "teardownTimeout"];
  const cases: [string, string | null][] = [
    ["duraton", "duration"],
    ["Duration", "duration"],
    ["vsu", "vus"],
    ["treshold", "thresholds"],
    ["iteration", "iterations"],
    ["completely", null],
    ["x", null],
    ["", null],
  ];
  for (const [typed, meant] of cases) assert.equal(nearest(typed, names), meant, typed);
  assert.equal(nearest("vus", []), null);
});
