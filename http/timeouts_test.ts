import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { dueOf } from "./phase_clock.ts";
import {
  checkTimeout,
  isOver,
  leftMs,
  readAttemptMs,
  readPhaseLimits,
  type TimeoutInput,
} from "./timeouts.ts";

Deno.test("a plain timeout is the attempt's, and no other limit", () => {
  const table: [timeout: TimeoutInput | undefined, ms: number | undefined][] = [
    [undefined, undefined],
    [250, 250],
    ["2s", 2000],
    [0, Infinity],
    [{ attempt: "1m" }, 60_000],
    [{ attempt: 0 }, Infinity],
    [{ total: 5 }, undefined],
  ];
  for (const [timeout, ms] of table) assert.equal(readAttemptMs(timeout), ms);
  for (const timeout of [undefined, 250, "2s", {}, { attempt: 9 }, { total: 0 }]) {
    assert.equal(readPhaseLimits(timeout, undefined), undefined);
  }
});

Deno.test("limits are laid over inherited ones by name, and 0 takes one away", () => {
  const client = readPhaseLimits({ total: "30s", waiting: 500 }, undefined);
  assert.deepEqual([client?.total, client?.waiting, client?.until], [30_000, 500, Infinity]);
  assert.equal(client?.receiving, Infinity);
  assert.equal(readPhaseLimits(100, client), client, "a plain one is the attempt's");
  const call = readPhaseLimits({ waiting: 0, tls: 7 }, client);
  assert.deepEqual([call?.total, call?.waiting, call?.tls], [30_000, Infinity, 7]);
  assert.equal(readPhaseLimits({ total: 0, waiting: 0 }, client), undefined);
});

Deno.test("a timeout that can't be is refused by name", () => {
  const table: [timeout: unknown, message: RegExp][] = [
    ["soon", /^timeout is not a duration: "soon"/],
    [-1, /^timeout is not a duration/],
    [null, /^timeout is null/],
    [[], /object of options/],
    [{ wait: 1 }, /^timeout has no option wait: .*waiting/],
    [{ until: 1 }, /^timeout has no option until/],
    [{ waiting: "x" }, /^timeout.waiting is not a duration: "x"/],
    [{ total: NaN }, /^timeout.total is not a duration/],
  ];
  for (const [timeout, message] of table) {
    assert.throws(() => checkTimeout(timeout as TimeoutInput), (error) => {
      assert.match((error as Error).message, message);
      return error instanceof OptionError;
    });
  }
  checkTimeout({ total: "1m30s", attempt: 1, blocked: 0, lookup: 1, connecting: 1, tls: 1 });
});

Deno.test("the time of a whole call is over at its moment", () => {
  const limits = readPhaseLimits({ total: 1000 }, undefined)!;
  assert.deepEqual([leftMs(undefined), leftMs(limits)], [Infinity, Infinity]);
  assert.equal(isOver({ ...limits, until: performance.now() + 60_000 }), false);
  assert.equal(isOver({ ...limits, until: performance.now() }), true);
});

Deno.test("each phase is due its own limit after its own beginning", () => {
  const limits = { sending: 10, waiting: 100, receiving: 1000 };
  const lane = { answered: false, phase: "send", sentAt: 7, awaitedSince: 9 } as const;
  assert.deepEqual(dueOf(lane, limits, 5), ["sending", 15]);
  assert.deepEqual(dueOf({ ...lane, phase: "headers" }, limits, 5), ["waiting", 107]);
  assert.deepEqual(dueOf({ ...lane, phase: "body", answered: true }, limits, 5), [
    "receiving",
    1009,
  ]);
  // An answer before the end of the request ends the sending; a slow reader is no silence.
  assert.deepEqual(dueOf({ ...lane, answered: true }, limits, 5), ["receiving", 1009]);
  const paused = { ...lane, answered: true, awaitedSince: Infinity };
  assert.deepEqual(dueOf(paused, limits, 5), ["receiving", Infinity]);
});
