import assert from "node:assert/strict";
import { MetricError } from "./errors.ts";
import { Registry } from "./registry.ts";
import type { RegistryWarning } from "./warnings.ts";

Deno.test("equal tag sets are one object, whatever order their tags came in", () => {
  const { tags } = new Registry();
  const one = tags.with("method", "GET").with("url", "/a").with("status", "200");
  const two = tags.with("status", "200").with("method", "GET").with("url", "/a");
  assert.equal(one, two);
  assert.equal(one, tags.withAll({ url: "/a", status: "200", method: "GET" }));
  assert.equal(
    one,
    tags.with("url", "/b").with("status", "200").withAll({ method: "GET", url: "/a" }),
  );
  assert.deepEqual(one.entries, [["method", "GET"], ["status", "200"], ["url", "/a"]]);
});

Deno.test("a tag is read, replaced and added again", () => {
  const { tags } = new Registry();
  const set = tags.with("name", "a").with("status", "200");
  assert.equal(set.get("name"), "a");
  assert.equal(set.get("nam"), undefined);
  assert.equal(set.with("name", "b").get("name"), "b");
  assert.equal(set.with("name", "b").with("name", "a"), set);
  assert.equal(set.with("name", "a"), set);
  assert.equal(set.withAll({}), set);
  assert.equal(tags.get("name"), undefined);
  assert.deepEqual(tags.entries, []);
});

Deno.test("values that could be taken for each other's separators stay apart", () => {
  const { tags } = new Registry();
  const one = tags.with("a", '1","b":"2');
  const two = tags.with("a", "1").with("b", "2");
  assert.notEqual(one, two);
  assert.equal(tags.with("a", "").get("a"), "");
  assert.equal(tags.with("__proto__", "x").get("__proto__"), "x");
});

Deno.test("values beyond the limit of a tag name become (other), with one warning a name", () => {
  const warnings: RegistryWarning[] = [];
  const registry = new Registry({ maxTagValues: 3, onWarning: (w) => warnings.push(w) });
  const { tags } = registry;
  for (let i = 0; i < 10; i++) {
    assert.equal(tags.with("url", `/${i}`).get("url"), i < 3 ? `/${i}` : "(other)");
  }
  assert.equal(tags.with("url", "/1").get("url"), "/1");
  assert.equal(tags.with("url", "/8"), tags.with("url", "/9"));
  assert.equal(tags.with("status", "200").get("status"), "200");
  assert.deepEqual(warnings.map(({ code, name }) => [code, name]), [["tag_values", "url"]]);
  assert.deepEqual(registry.warnings, warnings);
  for (let i = 0; i < 10; i++) tags.with("vu", String(i));
  assert.deepEqual(warnings.map(({ name }) => name), ["url", "vu"]);
});

Deno.test("values that are no text, too long or ill-formed are recorded as text within bounds", () => {
  const { tags } = new Registry();
  assert.equal(tags.with("status", 200 as unknown as string), tags.with("status", "200"));
  const long = tags.with("url", "x".repeat(5000)).get("url")!;
  assert.equal(long.length, 1024);
  assert.ok(long.endsWith("x…"));
  assert.equal(tags.with("url", "a\ud800").get("url"), "a\ufffd");
  assert.ok(tags.with("url", "😀".repeat(2000)).get("url")!.isWellFormed());
});

Deno.test("a tag's name must be there and be short", () => {
  const { tags } = new Registry();
  for (const name of ["", "x".repeat(129)]) {
    assert.throws(
      () => tags.with(name, "1"),
      (error) => error instanceof MetricError && error.code === "name_invalid",
    );
  }
});

Deno.test("names beyond the limit are left out and told once", () => {
  const registry = new Registry();
  let set = registry.tags;
  for (let i = 0; i < 300; i++) set = set.with(`tag${i}`, "1");
  assert.equal(set.entries.length, 256);
  assert.deepEqual(registry.warnings.map(({ code }) => code), ["tag_names"]);
});

Deno.test("without room for more sets, tags are left out rather than wrong", () => {
  const registry = new Registry();
  const { tags } = registry;
  for (let a = 0; a < 300; a++) {
    for (let b = 0; b < 170; b++) tags.with("a", `${a}`).with("b", `${b}`);
  }
  assert.deepEqual(registry.warnings.map(({ code }) => code), ["tag_sets"]);
  const known = tags.with("a", "1").with("b", "1");
  assert.equal(known.get("b"), "1");
  assert.equal(known.with("c", "new"), known);
  assert.deepEqual(known.with("b", "brand new").entries, []);
});
