import assert from "node:assert/strict";
import { type Outbox, type RunOutput, SendError } from "../output.ts";
import { RunError } from "../run_error.ts";
import {
  batchOf,
  FakeServer,
  INFO,
  managed,
  numbers,
  RESULT,
  ticking,
} from "./_outputs_for_tests.ts";

/** Ten seconds and the end of a ticking output: it makes ten payloads and a last one. */
const TEN_SECONDS = 10_500;
const PAYLOADS = 11;

Deno.test("payloads arrive in their order, each once, and are counted", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  const { clock, log, manager } = managed(ticking(server));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(TEN_SECONDS));
  const reports = await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual(numbers(server), Array.from({ length: PAYLOADS }, (_, i) => i));
  assert.deepEqual(reports, [
    { name: "ticks", written: PAYLOADS, dropped: 0, errors: 0, firstError: null },
  ]);
  assert.deepEqual(log, []);
});

Deno.test("an output gets start, flushes with the totals of the moment, finish, close", async () => {
  const calls: unknown[] = [];
  const encoder = new TextEncoder();
  const { clock, metrics, manager } = managed({
    name: "all",
    intervalMs: 400,
    start: ({ name, id, startedAt, shards }) => {
      assert.match(id, /^[0-9a-f-]{36}$/);
      return Promise.resolve(void calls.push(["start", name, startedAt, shards]));
    },
    flush: (moment) => {
      assert.equal(moment.metrics, metrics);
      calls.push(["flush", moment.elapsedMs, moment.time, moment.final]);
    },
    finish: (result, outbox) => {
      calls.push(["finish", result?.name]);
      outbox.put(encoder.encode("report"), 0);
    },
    send: (payload) => Promise.resolve(void calls.push(new TextDecoder().decode(payload))),
    close: () => Promise.resolve(void calls.push("close")),
  });
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(900));
  await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual(calls, [
    ["start", "load.ts", 1_000_000, 1],
    ["flush", 400, 1_000_400, false],
    ["flush", 800, 1_000_800, false],
    ["flush", 900, 1_000_900, true],
    ["finish", "load.ts"],
    "report",
    "close",
  ]);
});

Deno.test("a server that is down all the time costs its points, and the end its time limit", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  server.state = "down";
  const { clock, log, manager } = managed(ticking(server));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(TEN_SECONDS));
  const stoppedAt = clock.now();
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.equal(clock.now() - stoppedAt, 5000);
  assert.deepEqual([report?.written, report?.dropped], [0, PAYLOADS]);
  assert.equal(report?.firstError, "connection refused");
  assert.equal(report.errors, server.attempts);
  // Backoff: not more than a try a quarter of a second at first, then ever rarer.
  assert.ok(server.attempts < 20, `${server.attempts} attempts`);
  assert.deepEqual(log.map(({ level, text }) => [level, text.replace(/\d+ errors/, "N errors")]), [
    ["warn", "output ticks: connection refused; it is tried again"],
    [
      "warn",
      "output ticks: 11 samples not written (N errors, the first: connection refused)",
    ],
  ]);
});

Deno.test("what a server misses while it is down for a minute is spooled and delivered", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  const { clock, manager } = managed(ticking(server));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(20_500));
  server.state = "down";
  await clock.run(clock.sleep(60_000));
  const missed = numbers(server).length;
  assert.ok(missed <= 20);
  server.state = "up";
  await clock.run(clock.sleep(20_000));
  assert.ok(numbers(server).length >= 99, "the backlog is gone before the end");
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual(numbers(server), Array.from({ length: 101 }, (_, i) => i));
  assert.deepEqual([report?.written, report?.dropped], [101, 0]);
  assert.ok(report!.errors > 0);
});

Deno.test("a spool that is full keeps the newest totals, and counts what it lost", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  server.state = "down";
  // Room for five payloads of ten bytes.
  const { clock, log, manager } = managed(ticking(server, { limits: { queueBytes: 50 } }));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(60_500));
  server.state = "up";
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual(numbers(server), [56, 57, 58, 59, 60]);
  assert.deepEqual([report?.written, report?.dropped], [5, 56]);
  assert.ok(log.some(({ text }) => /its queue of 50 bytes is full: oldest/.test(text)));
});

Deno.test("a slow output loses samples that come while its queue is full, and holds up nobody", async () => {
  const encoder = new TextEncoder();
  const slow: FakeServer = new FakeServer(() => clock);
  const fast: FakeServer = new FakeServer(() => clock);
  slow.delayMs = 700;
  const output = (name: string, server: FakeServer): RunOutput => ({
    name,
    samples: true,
    limits: { queueBytes: 100 },
    addSamples: ({ length }, outbox) => outbox.put(encoder.encode("x".repeat(length)), length),
    send: server.send,
  });
  const { clock, log, manager } = managed(output("slow", slow), output("fast", fast));
  await clock.run(manager.start(INFO));
  const batch = batchOf(40);
  for (let i = 0; i < 20; i++) {
    manager.addSamples(batch);
    await clock.run(clock.sleep(100));
  }
  const [first, second] = await clock.run(manager.stop(RESULT, 7, false));
  assert.equal(second?.written, 800);
  assert.equal(second?.dropped, 7, "what shards could not send is counted with every output");
  assert.ok(first!.written > 0 && first!.written < 400);
  assert.equal(first!.written + first!.dropped, 807);
  assert.equal(first?.errors, 0);
  const slowLines = log.filter(({ text }) => text.startsWith("output slow: its queue"));
  assert.equal(slowLines.length, 1, "said once");
});

Deno.test("a send that hangs is aborted at its limit and tried again", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  server.state = "hung";
  const { clock, log, manager } = managed(ticking(server, { limits: { sendMs: 2000 } }));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(3100));
  server.state = "up";
  await clock.run(clock.sleep(2000));
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual([report?.dropped, report?.errors], [0, 1]);
  assert.match(report!.firstError!, /no success within 2s/);
  assert.equal(log.length, 1);
});

Deno.test("a send that never ends, whatever it is told, does not hold up the end", async () => {
  const { clock, manager } = managed(ticking(new FakeServer(() => clock), {
    send: () => new Promise(() => {}),
    close: () => new Promise(() => {}),
  }));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(1500));
  const stoppedAt = clock.now();
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.equal(clock.now() - stoppedAt, 10_000);
  assert.deepEqual([report?.written, report?.dropped], [0, 2]);
  assert.match(report!.firstError!, /did not close within 5s/);
});

Deno.test("a run that is killed waits a second for its outputs, not five", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  server.state = "down";
  const { clock, manager } = managed(ticking(server));
  await clock.run(manager.start(INFO));
  const stoppedAt = clock.now();
  await clock.run(manager.stop(RESULT, 0, true));
  assert.equal(clock.now() - stoppedAt, 1000);
});

Deno.test("a payload that is refused is dropped, and the next ones go on", async () => {
  const server: FakeServer = new FakeServer(() => clock);
  const { clock, log, manager } = managed(ticking(server, {
    send: (payload, signal) => {
      if (new TextDecoder().decode(payload).endsWith("3")) {
        throw new SendError("HTTP 400: bad point", { retry: false });
      }
      return server.send(payload, signal);
    },
  }));
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(TEN_SECONDS));
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.equal(report?.written, PAYLOADS - 1);
  assert.deepEqual([report.dropped, report.errors], [1, 1]);
  assert.equal(report.firstError, "HTTP 400: bad point");
  assert.equal(log[0]?.text, "output ticks: HTTP 400: bad point");
});

Deno.test("Retry-After is waited for", async () => {
  const tries: number[] = [];
  const { clock, manager } = managed({
    name: "busy",
    flush: (_moment, outbox) => void (tries.length === 0 && outbox.put(new Uint8Array(1), 1)),
    send: () => {
      tries.push(clock.now());
      if (tries.length > 1) return Promise.resolve();
      throw new SendError("HTTP 429", { retry: true, retryAfterMs: 7000 });
    },
  });
  await clock.run(manager.start(INFO));
  await clock.run(clock.sleep(20_000));
  await clock.run(manager.stop(RESULT, 0, false));
  assert.equal(tries[1]! - tries[0]!, 7000);
});

Deno.test("what an output throws in any of its functions is an error of its own", async () => {
  const bad = (): never => {
    throw new Error("broken");
  };
  const server: FakeServer = new FakeServer(() => clock);
  const broken = {
    name: "broken",
    samples: true,
    addSamples: bad,
    flush: bad,
    finish: bad,
    close: bad,
  };
  const { clock, log, manager } = managed(broken, ticking(server));
  await clock.run(manager.start(INFO));
  manager.addSamples(batchOf(1));
  await clock.run(clock.sleep(TEN_SECONDS));
  const [first, second] = await clock.run(manager.stop(null, 0, false));
  assert.deepEqual([first?.errors, first?.firstError], [14, "broken"]);
  assert.equal(second?.written, PAYLOADS);
  assert.deepEqual(log.map(({ text }) => text), ["output broken: broken"]);
});

Deno.test("an output that can't start ends the run by name, and closes the others", async () => {
  const calls: string[] = [];
  const { clock, manager } = managed(
    { name: "good", close: () => Promise.resolve(void calls.push("good closed")) },
    {
      name: "json (/missing/x.json)",
      start: () => Promise.reject(new Error("its folder does not exist")),
      close: () => Promise.resolve(void calls.push("bad closed")),
    },
  );
  await assert.rejects(clock.run(manager.start(INFO)), (error) => {
    assert.ok(error instanceof RunError);
    assert.deepEqual([error.code, error.exitCode], ["output_start", 1]);
    assert.equal(
      error.message,
      "Output json (/missing/x.json) can't start: its folder does not exist",
    );
    return true;
  });
  assert.deepEqual(calls.sort(), ["bad closed", "good closed"]);
  assert.deepEqual(await manager.stop(null, 0, false), []);
});

Deno.test("a start that hangs is given up at its limit", async () => {
  const { clock, manager } = managed({ name: "pipe", start: () => new Promise(() => {}) });
  await assert.rejects(clock.run(manager.start(INFO)), /Output pipe can't start: .* within 10s/);
});

Deno.test("a loss fails the run where the output says so, and only there", async () => {
  for (const lossFails of [true, false]) {
    const refusing: RunOutput = {
      name: "refusing",
      lossFails,
      flush: (_moment, outbox) => outbox.put(new Uint8Array(1), 1),
      send: () => Promise.reject(new SendError("no room", { retry: false })),
    };
    const { clock, manager } = managed(refusing);
    await clock.run(manager.start(INFO));
    assert.equal(manager.failed, false);
    await clock.run(manager.stop(RESULT, 0, false));
    assert.equal(manager.failed, lossFails);
  }
});

Deno.test("a second stop gives the first one's reports", async () => {
  const { clock, manager } = managed(ticking(new FakeServer(() => clock)));
  await clock.run(manager.start(INFO));
  const reports = await clock.run(manager.stop(RESULT, 0, false));
  assert.equal(await manager.stop(null, 5, true), reports);
});

Deno.test("an output that only listens needs no send", async () => {
  const { clock, manager } = managed({
    name: "scrape",
    flush: (_moment: unknown, outbox: Outbox) => outbox.put(new Uint8Array(3), 1),
  });
  await clock.run(manager.start(INFO));
  const [report] = await clock.run(manager.stop(RESULT, 0, false));
  assert.deepEqual([report?.written, report?.errors], [1, 0]);
});
