import assert from "node:assert/strict";
import type { LogEntry } from "../result.ts";
import { LogLimit, MAX_LOG_LENGTH } from "./_log_limit.ts";

Deno.test("log lines beyond 200 a second are counted, and the count is told", () => {
  const passed: LogEntry[] = [];
  let now = 0;
  const limit = new LogLimit((entry) => passed.push(entry), () => now);
  const line: LogEntry = { level: "info", text: "again", source: "script" };
  for (let i = 0; i < 1000; i++) limit.add(line);
  assert.equal(passed.length, 200);
  now = 1000;
  limit.add(line);
  assert.equal(passed.length, 202);
  assert.equal(passed[200]!.text, "800 more log lines left out (above 200 a second)");
  limit.flush();
  assert.equal(passed.length, 202);
});

Deno.test("a long log text is cut", () => {
  const passed: LogEntry[] = [];
  const limit = new LogLimit((entry) => passed.push(entry), () => 0);
  limit.add({ level: "info", text: "x".repeat(1 << 20), source: "script" });
  assert.equal(passed[0]!.text.length, MAX_LOG_LENGTH + 1);
});
