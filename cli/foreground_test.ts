import assert from "node:assert/strict";
import { isForeground } from "./foreground.ts";

Deno.test("a process is in the foreground when its group is that of the terminal", () => {
  const cases: [stat: string, expected: boolean][] = [
    ["77 (deno) S 70 77 60 34816 77 4194304 1", true],
    ["77 (deno) S 70 77 60 34816 60 4194304 1", false],
    ["77 (a ) b) S 70 77 60 34816 77 4194304 1\n", true],
    ["77 (deno) S 70 77 60 0 -1 4194304 1", false],
    ["", false],
    ["77 (deno) S", false],
  ];
  for (const [stat, expected] of cases) assert.equal(isForeground(stat), expected, stat);
});
