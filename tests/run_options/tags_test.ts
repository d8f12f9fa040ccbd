import assert from "node:assert/strict";
import { check, group, type RunResult } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";
import { TCP } from "@downpour/downpour/net";
import http from "k6/http";
import { runWith, startMirror } from "./_run_for_tests.ts";

/** Names of the tags of a metric's series. */
function tagsOf({ metrics }: RunResult, metric: string): string[] {
  const names = [...metrics.series(metric)].flatMap(({ tags }) =>
    tags.entries.map(([name]) => name)
  );
  return [...new Set(names)].toSorted();
}

/** A run that records a bit of everything. */
async function runAll(options: Record<string, unknown>): Promise<RunResult> {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/`;
  return await runWith({ vus: 2, iterations: 2, tags: { build: "7" }, ...options }, async () => {
    await using client = new Client();
    await group("shop", async () => {
      await client.get(`${url}?status=404`, { tags: { kind: "page" } });
      await http.get("http://127.0.0.1:1/");
      check(1, { one: 1 });
    });
    await TCP.open("127.0.0.1:1").catch(() => {});
  });
}

Deno.test("systemTags: k6's are recorded unless told otherwise", async () => {
  const result = await runAll({});
  const ofRequests = ["error", "error_code", "expected_response", "group", "method", "name"];
  assert.deepEqual(tagsOf(result, "http_reqs"), [
    ...["build", ...ofRequests.slice(0, 4), "kind", "method", "name", "proto", "scenario"],
    ...["status", "url"],
  ]);
  assert.deepEqual(tagsOf(result, "checks"), ["build", "check", "group", "scenario"]);
  assert.deepEqual(tagsOf(result, "iterations"), ["build", "scenario"]);
  const ofSockets = ["build", "error", "error_code", "group", "kind", "phase", "scenario"];
  assert.deepEqual(tagsOf(result, "net_errors"), ofSockets);
});

Deno.test("systemTags: only those named are recorded; other tags stay", async () => {
  const none = await runAll({ systemTags: [] });
  assert.deepEqual(tagsOf(none, "http_reqs"), ["build", "kind"]);
  assert.deepEqual(tagsOf(none, "checks"), ["build"]);
  assert.deepEqual(tagsOf(none, "group_duration"), ["build"]);
  assert.deepEqual(tagsOf(none, "iterations"), ["build"]);
  assert.deepEqual(tagsOf(none, "net_errors"), ["build", "kind", "phase"]);
  const some = await runAll({ systemTags: ["status", "check"] });
  assert.deepEqual(tagsOf(some, "http_reqs"), ["build", "kind", "status"]);
  assert.deepEqual(tagsOf(some, "checks"), ["build", "check"]);
});

Deno.test("systemTags: vu and ip when they are asked for", async () => {
  const result = await runAll({ systemTags: ["vu", "ip", "iter", "ocsp_status"] });
  assert.deepEqual(tagsOf(result, "http_reqs"), ["build", "ip", "kind", "vu"]);
  assert.deepEqual(tagsOf(result, "iterations"), ["build"]);
  const requests = result.metrics.select("http_reqs", { ip: "127.0.0.1" });
  assert.deepEqual(requests, { type: "counter", total: 2 });
});
