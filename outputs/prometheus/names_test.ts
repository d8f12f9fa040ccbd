import assert from "node:assert/strict";
import { Registry } from "../../metrics/mod.ts";
import { metric } from "../_totals_for_tests.ts";
import { type Label, labeller, labelsOf } from "./names.ts";

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

Deno.test("tags that give the same labels are told apart, one metric at a time", () => {
  const { tags } = new Registry();
  const labels = labeller([["env", "ci"]]);
  const of = (name: string, given: Record<string, string>) =>
    Object.fromEntries(labels(metric(name, "counter"), tags.withAll(given)));
  assert.deepEqual(of("a", {}), { env: "ci" });
  assert.deepEqual(of("a", { x: "" }), { env: "ci", tag_set: "2" });
  assert.deepEqual(of("a", { y: "" }), { env: "ci", tag_set: "3" });
  assert.deepEqual(of("b", { x: "" }), { env: "ci" });
  assert.deepEqual(of("a", { tag_set: "2" }), { env: "ci", tag_tag_set: "2" });
  assert.deepEqual(of("a", { "p.q": "1" }), { env: "ci", p_q: "1" });
  assert.deepEqual(of("a", { "p-q": "1" }), { env: "ci", p_q: "1", tag_set: "2" });
});
