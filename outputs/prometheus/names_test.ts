import assert from "node:assert/strict";
import { Registry } from "../../metrics/mod.ts";
import { type Label, labelsOf } from "./names.ts";

const CASES: [tags: Record<string, string>, more: Label[], labels: Record<string, string>][] = [
  [{ b: "2", A: "1", a: "3" }, [], { A: "1", a: "3", b: "2" }],
  [{ "we ird,tag=": "x y" }, [], { we_ird_tag_: "x y" }],
  [{ "1st": "x" }, [], { _1st: "x" }],
  [{ le: "x", quantile: "y", __name__: "z" }, [], {
    tag___name__: "z",
    tag_le: "x",
    tag_quantile: "y",
  }],
  [{ empty: "" }, [["more", ""]], {}],
  [{ "a.b": "1", "a-b": "2" }, [], { a_b: "2;1" }],
  [{ env: "own" }, [["env", "given"], ["az", "1"]], { az: "1", env: "own" }],
  [{ path: 'ü"\\\n' }, [], { path: 'ü"\\\n' }],
];

Deno.test("tags become labels that Prometheus takes, sorted by name", () => {
  for (const [tags, more, labels] of CASES) {
    const { tags: root } = new Registry();
    const made = labelsOf(root.withAll(tags), more);
    assert.deepEqual(Object.fromEntries(made), labels);
    const names = made.map(([name]) => name);
    assert.deepEqual(names, names.toSorted());
  }
});
