import assert from "node:assert/strict";
import { Registry } from "../../metrics/mod.ts";
import { startCollector, summarizeJob } from "../collector/mod.ts";
import { withFolder } from "../_folders_for_tests.ts";
import { post, results } from "../_results_for_tests.ts";
import { decodeTotals } from "./collected.ts";

Deno.test("totals of a collector are read whole or not at all, at every cut", () =>
  withFolder(async (folder) => {
    const store = { kind: "files", folder } as const;
    await using server = startCollector({ address: { port: 0 }, store });
    await post(`${server.url}/push/job`, results(300));
    const bytes = await (await fetch(`${server.url}/jobs/job/totals`)).bytes();
    const whole = new Registry();
    decodeTotals(bytes, whole);
    decodeTotals(bytes, whole);
    const { count, latency } = summarizeJob("job", whole);
    assert.deepEqual([count, latency.p50], [600, 2]);
    for (let end = 1; end < bytes.length; end++) {
      const cut = new Registry();
      assert.throws(() => decodeTotals(bytes.subarray(0, end), cut), String(end));
      assert.equal(summarizeJob("job", cut).count, 0);
    }
  }));
