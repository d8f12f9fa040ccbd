import assert from "node:assert/strict";
import { Client, fetch } from "../http/mod.ts";
import { Counter, Trend } from "../metrics/mod.ts";
import { check, sleep, vu } from "../runner/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { assertLoad, assertThresholds, load, loadTest } from "./mod.ts";

const laps = new Counter("laps");
const lapTime = new Trend("lap_time", true);

/** The total of a counter. */
function total({ metrics }: Awaited<ReturnType<typeof load>>, name: string): number {
  const found = metrics.select(name);
  return found?.type === "counter" ? found.total : 0;
}

Deno.test("without options a function runs once", async () => {
  let calls = 0;
  const result = await load({}, () => void calls++);
  assert.equal(calls, 1);
  assert.deepEqual([result.name, result.iterations.completed, result.exitCode], ["load", 1, 0]);
  assertLoad(result);
});

Deno.test("setup's data and the user's own value reach every iteration, teardown the data", async () => {
  const seen: unknown[][] = [];
  const made: number[] = [];
  let last: unknown;
  const result = await load({ scenarios: perUser(3, 2) }, {
    setup: () => ({ token: "t", at: new Date(0) }),
    user: () => made.push(vu.idInTest),
    default: (data, user) => void seen.push([data, user, vu.idInTest]),
    teardown: (data) => void (last = data),
  });
  const data = { token: "t", at: "1970-01-01T00:00:00.000Z" };
  assert.deepEqual(made, [1, 2, 3], "one a user, and none for setup");
  assert.deepEqual(seen.toSorted((a, b) => Number(a[2]) - Number(b[2])), [
    [data, 1, 1],
    [data, 1, 1],
    [data, 2, 2],
    [data, 2, 2],
    [data, 3, 3],
    [data, 3, 3],
  ]);
  assert.deepEqual(last, data);
  assertLoad(result);
});

function perUser(vus: number, iterations: number) {
  return { default: { executor: "per-vu-iterations", vus, iterations } };
}

Deno.test("scenarios run the functions that they name", async () => {
  const calls: string[] = [];
  const one = (exec: string) => ({ executor: "shared-iterations", iterations: 2, exec });
  await load({ scenarios: { a: one("browse"), b: one("order") } }, {
    browse: () => void calls.push("browse"),
    order: () => void calls.push("order"),
  });
  assert.deepEqual(calls.toSorted(), ["browse", "browse", "order", "order"]);
});

Deno.test("metrics made outside of the load count in it, and thresholds may name them", async () => {
  const thresholds = { laps: ["count==3"], lap_time: ["max<10"], "laps{side:left}": "count==3" };
  const result = await load({ iterations: 3, thresholds }, () => {
    laps.add(1, { side: "left" });
    lapTime.add(5);
  });
  assertThresholds(result);
  assert.equal(total(result, "laps"), 3);
  laps.add(100);
  const next = await load({ thresholds: { laps: ["count==1"] } }, () => laps.add(1));
  assert.equal(total(next, "laps"), 1, "neither another load nor what is outside counts");
});

Deno.test("what users open is closed with them, and a client around the load serves them all", async () => {
  await using target = startTarget();
  await using shared = new Client({ baseUrl: target.url });
  const result = await load({ vus: 2, iterations: 6, thresholds: { http_reqs: "count==18" } }, {
    user: () => new Client({ baseUrl: target.url }),
    async default(_, own) {
      for (const get of [() => own.get("/get"), () => shared.get("/get")]) {
        check(await get(), { "is there": ({ status }) => status === 200 });
      }
      check(await fetch(`${target.url}/get`), { "is there": ({ status }) => status === 200 });
    },
  });
  assertLoad(result);
});

Deno.test("options of protocols reach the users' clients", async () => {
  await using target = startTarget();
  const result = await load({ options: { userAgent: "mine/1" } }, {
    user: () => new Client({ baseUrl: target.url }),
    async default(_, client) {
      const response = await client.get("/headers");
      assert.match(await response.text(), /mine\/1/);
    },
  });
  assertLoad(result);
});

Deno.test("what went wrong is told by assertLoad alone, rules by assertThresholds", async () => {
  const lost = new RangeError("lost");
  const result = await load({ iterations: 2, thresholds: { iterations: ["count>2"] } }, () => {
    check(1, { "is two": (value) => value === 2 });
    throw lost;
  });
  const rule = "iterations count>2 failed: 2, exactly the limit";
  assert.throws(() => assertThresholds(result), { name: "AssertionError", message: rule });
  assert.throws(() => assertLoad(result), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.equal(
      error.message,
      `${rule}\n2 of 2 iterations threw, the first with RangeError: lost\n` +
        "checks failed:\n  is two: 2 of 2 failed (100%)",
    );
    assert.equal(error.cause, lost);
    assert.match(error.stack!, /load_in_process_test\.ts/);
    return true;
  });
  assert.throws(() => assertLoad(result, { maxThrown: 2 }), {
    message: `${rule}\nchecks failed:\n  is two: 2 of 2 failed (100%)`,
  });
});

Deno.test("a load in which no iteration ends has shown nothing", async () => {
  const scenarios = {
    default: { executor: "constant-vus", duration: "1s", gracefulStop: "0s" },
  };
  const result = await load({ scenarios }, () => sleep(60));
  assert.throws(() => assertLoad(result), /not one iteration ran to its end: 1 did not end/);
  assert.equal(result.thrown, undefined, "what the end cuts off has not failed");
});

Deno.test("a signal stops a load, which then has failed", async () => {
  const stop = new AbortController();
  const result = await load({ duration: "10m", signal: stop.signal }, async () => {
    await sleep(0.001);
    stop.abort();
  });
  assert.equal(result.exitCode, 105);
  assert.throws(() => assertLoad(result), /the load was stopped after /);
});

Deno.test("one load runs at a time", async () => {
  const result = load({ iterations: 1 }, async () => {
    await assert.rejects(load({}, () => {}), { code: "load_running" });
  });
  assertLoad(await result);
  assertLoad(await load({}, () => {}));
});

Deno.test("the exit code of the process is left alone", async () => {
  const result = await load({ thresholds: { iterations: ["count==0"] } }, () => {});
  assert.equal(result.exitCode, 99);
  assert.equal(Deno.exitCode, 0);
});

const REFUSED: [settings: Record<string, unknown>, what: unknown, message: RegExp][] = [
  [{ vu: 1 }, () => {}, /load has no option vu: did you mean vus/],
  [{ vus: 0 }, () => {}, /vus/],
  [{ thresholds: { iterations: ["p(95)<1"] } }, () => {}, /a counter has no "p\(95\)"/],
  [{}, null, /load needs a function, or an object of functions: null/],
  [{}, { default: 1 }, /an object of functions: default/],
  [{}, { other: () => {} }, /doesn't export as a function/],
  [{ shards: 2 }, () => {}, /shards are for a script/],
  [{ signal: new AbortController().signal }, "x.ts", /signal stops functions only/],
];

for (const [settings, what, message] of REFUSED) {
  Deno.test(`load refuses what it can't use: ${message.source}`, async () => {
    await assert.rejects(load(settings, what as () => void), message);
    assertLoad(await load({}, () => {}));
  });
}

Deno.test("loadTest refuses settings when the test is registered", () => {
  assert.throws(() => loadTest("x", { vuss: 1 } as never, () => {}), /loadTest has no option vuss/);
  const summary = "sometimes" as "always";
  assert.throws(
    () => loadTest.fn({ summary }, () => {}),
    /summary is none of always, failed, never/,
  );
});

Deno.test("without steps the function of a test throws all at once", async () => {
  const run = loadTest.fn({ summary: "never", thresholds: { iterations: "count==2" } }, () => {
    check(1, { no: () => false });
  });
  await assert.rejects(run(), (error) => {
    assert.match(
      String(error),
      /checks failed:\n {2}no: 1 of 1 failed \(100%\)\niterations count==2/,
    );
    return error instanceof assert.AssertionError;
  });
});
