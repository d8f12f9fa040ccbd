import assert from "node:assert/strict";
import { NO_SECRETS } from "../secrets.ts";
import { takeConsole } from "./_console.ts";
import { redactConsole } from "./redacted.ts";
import { processShards } from "./process.ts";
import { Shard } from "./shard.ts";

const ENTRY = new URL("../testdata/shard_entry.ts", import.meta.url);
const names = Object.entries(console).flatMap(([name, value]) =>
  typeof value === "function" && name !== "Console" ? [name] : []
);

Deno.test("no function of console gets between the frames of a process shard", async () => {
  const texts: string[] = [];
  const shard = new Shard(0, processShards({ entry: ENTRY, allowNet: [], allowRead: [] }), {
    log: ({ text }) => texts.push(text),
    ...{ delta() {}, samples() {}, failures() {}, abort() {}, fail() {}, lost() {} },
  });
  const code = `
    for (const name of Object.keys(console)) {
      if (typeof console[name] === "function" && name !== "Console") console[name]("by " + name, 1);
    }
    console.assert(false, "asserted");
    export default () => {};`;
  try {
    await shard.call("load", {
      source: { kind: "script", bundle: { entry: "/x.ts", code, map: "" } },
      ...{ env: {}, secrets: NO_SECRETS, images: [], samples: false },
      ...{ heartbeatMs: 20, deltaMs: 50 },
    }, 5000);
    assert.equal(shard.lostReason, null);
    const shown = texts.join("\n");
    for (
      const name of [
        ...["log", "debug", "info", "dir", "dirxml", "warn", "error", "count", "table"],
        ...["timeLog", "timeEnd", "group", "groupCollapsed", "trace"],
      ]
    ) assert.match(shown, new RegExp(`by ${name}\\b`));
    assert.match(shown, /^Assertion failed: asserted$/m);
  } finally {
    await shard.close();
  }
});

Deno.test("counts, timers and assertions of a taken console are said as the standard has them", () => {
  const said: string[] = [];
  const end = takeConsole((level, text) => said.push(`${level} ${text}`));
  try {
    console.count();
    console.count();
    console.countReset();
    console.count();
    console.count("%s");
    console.time("t");
    console.time("t");
    console.timeLog("t", "so far", { a: 1 });
    console.timeEnd("t");
    console.timeEnd("t");
    console.assert(true, "holds");
    console.assert(false);
    console.assert(false, "no %s", "good");
    console.assert(false, { b: 2 });
    console.dir("text", { depth: 0 });
    console.clear();
    console.groupEnd();
  } finally {
    end();
  }
  assert.deepEqual(said.map((text) => text.replace(/: [\d.]+ms/, ": TIME")), [
    ...["info default: 1", "info default: 2", "info default: 1", "info %s: 1"],
    ...["warn Timer 't' already exists", "info t: TIME so far { a: 1 }", "info t: TIME"],
    "warn Timer 't' does not exist",
    ...["error Assertion failed", "error Assertion failed: no good"],
    ...["error Assertion failed: { b: 2 }", "info 'text'"],
  ]);
});

Deno.test("no function of console prints a secret, and all are given back", () => {
  const before = { ...console };
  const target = console as unknown as Record<string, (...values: unknown[]) => void>;
  const printed: unknown[] = [];
  for (const name of ["debug", "log", "warn", "error"]) {
    target[name] = (...values) => void printed.push(...values);
  }
  const replaced = { ...console };
  const end = redactConsole((text) => text.replaceAll("hunter2", "***"));
  try {
    for (const name of names) target[name]!("hunter2", { inside: "hunter2" });
    target["log"]!("%s%s", "hunt", "er2");
    target["assert"]!(false, "hunter2");
  } finally {
    end();
    assert.deepEqual({ ...console }, replaced);
    Object.assign(console, before);
  }
  assert.ok(printed.length > 12);
  assert.doesNotMatch(printed.join("\n"), /hunter2/);
});
