import assert from "node:assert/strict";
import { findCycles, readGraph } from "./check_cycles.ts";

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

Deno.test("a graph without cycles has none", () => {
  assert.deepEqual(findCycles(graph({ a: ["b", "c"], b: ["c"], c: [] })), []);
});

Deno.test("a file that imports itself is a cycle", () => {
  assert.deepEqual(findCycles(graph({ a: ["a"] })), [["a", "a"]]);
});

Deno.test("each group of files is reported once, by a shortest cycle", () => {
  const edges = {
    x: ["a", "d"],
    a: ["b", "c"],
    b: ["c"],
    c: ["a"],
    d: ["e"],
    e: ["d"],
  };
  assert.deepEqual(findCycles(graph(edges)), [["a", "c", "a"], ["d", "e", "d"]]);
});

Deno.test("a long cycle is found through files that are in none", () => {
  const edges = { a: ["y", "b"], b: ["c"], c: ["z", "d"], d: ["a"], y: ["z"], z: [] };
  assert.deepEqual(findCycles(graph(edges)), [["a", "b", "c", "d", "a"]]);
});

Deno.test("the graph has local files alone, with imports of types and of values", () => {
  const report = {
    modules: [
      {
        specifier: "file:///r/a.ts",
        dependencies: [
          { code: { specifier: "file:///r/b/c.ts" }, type: { specifier: "file:///r/b/c.ts" } },
          { type: { specifier: "file:///r/d.ts" } },
          { code: { specifier: "npm:x" } },
          { code: {} },
        ],
      },
      { specifier: "file:///r/b/c.ts" },
      { specifier: "node:fs" },
      { specifier: "file:///elsewhere/x.ts" },
    ],
  };
  const read = readGraph(JSON.stringify(report), "file:///r/");
  assert.deepEqual([...read], [["a.ts", ["b/c.ts", "d.ts"]], ["b/c.ts", []]]);
});
