import assert from "node:assert/strict";
import { closeOwned, currentContext, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { measured, until } from "./_faults_for_tests.ts";
import nats, { lineOf } from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "10ms", reconnectJitter: 0, maxReconnects: -1 } as const;

natsTest(
  "what is measured adds up, with the tags of the place and the connection's name",
  async () => {
    const registry = new Registry();
    const context = newContext(registry, registry.tags.with("scenario", "s"));
    await using server = await startNatsServer({ jetStream: false });
    const stats = await runInContext(context, async () => {
      const subjectName = (subject: string) => subject.replace(/\d+/, "*");
      const conn = await nats.connect({ urls: server.url, name: "me", subjectName });
      conn.subscribe("a.>", { handler: () => {}, stamp: "header" });
      for (let i = 0; i < 10; i++) conn.publish(`a.${i}`, "12345", { stamp: true });
      conn.subscribe("echo", "", (message) => void message.respond("x"));
      await conn.request("echo", "123");
      await conn.flush();
      assert.throws(() => conn.publish("bad subject", ""));
      await conn.close();
      return conn.stats();
    });
    const select = (name: string, tags: Record<string, string> = {}) => {
      const found = registry.select(name, { connection: "me", scenario: "s", ...tags });
      if (found?.type === "trend") return found.histogram.count;
      return found?.type === "counter" ? found.total : NaN;
    };
    assert.equal(select("nats_msgs_sent", { subject: "a.*" }), 10);
    assert.equal(select("nats_msgs_received", { subject: "a.>" }), 10);
    assert.equal(select("nats_bytes_sent", { subject: "echo" }), 3);
    // The request and its reply, "x".
    assert.equal(select("nats_bytes_received", { subject: "echo" }), 4);
    // With a stamp each is longer than its five bytes, by the same on both ways.
    const stamped = select("nats_bytes_sent", { subject: "a.*" });
    assert(stamped > 10 * 5);
    assert.equal(select("nats_bytes_received", { subject: "a.>" }), stamped);
    assert.deepEqual([stats.outMsgs, stats.inMsgs], [12, 12]);
    assert.deepEqual([stats.outBytes, stats.inBytes], [stamped + 4, stamped + 4]);
    assert.equal(select("nats_connecting"), 1);
    assert.equal(select("nats_flush_duration"), 1);
    assert.equal(select("nats_request_duration", { subject: "echo" }), 1);
    assert.equal(select("nats_delivery_latency", { subject: "a.>" }), 10);
    assert.equal(select("nats_errors", { code: "1009", reason: "subject_invalid" }), 1);
  },
);

natsTest(
  "delivery is measured from the planned time, by a header or by 8 bytes that are taken off",
  () =>
    measured(async ({ registry }) => {
      await using server = await startNatsServer({ jetStream: false });
      const conn = await nats.connect({ urls: server.url });
      const got: string[] = [];
      const planned = performance.timeOrigin + performance.now() - 1000;
      for (const [subject, stamp] of [["h", "header"], ["d", "data"]] as const) {
        conn.subscribe(subject, { stamp, handler: (message) => void got.push(message.text()) });
        conn.publish(subject, "text", { stamp, plannedAt: planned, headers: { a: "b" } });
        conn.publish(subject, "plain", { stamp, plannedAt: planned });
        await conn.flush();
        const found = registry.select("nats_delivery_latency", { subject });
        assert(found?.type === "trend");
        assert.equal(found.histogram.count, 2);
        assert(
          found.histogram.min >= 1000 && found.histogram.min < 20_000,
          `${found.histogram.min}`,
        );
      }
      assert.deepEqual(got, ["text", "plain", "text", "plain"]);
      await conn.close();
    }),
);

natsTest(
  "a connection ends with the iteration that opened it; what it published arrives",
  async () => {
    await using server = await startNatsServer({ jetStream: false });
    await using other = await nats.connect({ urls: server.url });
    let count = 0;
    other.subscribe("o", "", () => void count++);
    await other.flush();
    const iteration = newContext(new Registry());
    const conn = await runInContext(iteration, async () => {
      const conn = await nats.connect({ urls: server.url });
      conn.publish("o", "x");
      return conn;
    });
    assert.equal(iteration.owned?.size, 1);
    closeOwned(iteration);
    assert.equal(await conn.closed(), undefined);
    await until("it arrived", () => count === 1);
    assert.equal(currentContext().owned, null);
  },
);

natsTest(
  "fault 44: what is published while the server is away is sent when it is back, up to a cap",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({ jetStream: false });
      const conn = await nats.connect({ urls: server.url, maxPendingBytes: 4096, ...QUICK });
      const got: string[] = [];
      conn.subscribe("r", "", (message) => void got.push(message.text()));
      await conn.flush();
      const lost = conn.request("nobody.answers", "x", 60_000).catch((error: unknown) => error);
      conn.subscribe("nobody.answers", "", () => {});
      await server.kill();
      await until("the loss is seen", () => !conn.isConnected());
      assert.equal((await lost as { reason: string }).reason, "disconnected");
      conn.publish("r", "kept");
      const flushed = conn.flush();
      const refused = { errorCode: 1009, reason: "buffer_full" };
      assert.throws(() => {
        for (let i = 0; i < 1000; i++) conn.publish("other", "x".repeat(100));
      }, refused);
      await server.start();
      await until("it is back", () => count("nats_reconnects") === 1);
      await flushed;
      await conn.flush();
      assert.deepEqual(got, ["kept"]);
      assert.equal(count("nats_reconnecting"), 1);
      assert.equal(conn.stats().reconnects, 1);
      await conn.close();
    }),
);

natsTest(
  "what waits to be written stays below maxPendingBytes, whoever writes",
  () =>
    measured(async () => {
      const most = 1024 * 1024;
      await using server = await startNatsServer({ jetStream: false });
      await using conn = await nats.connect({ urls: server.url, maxPendingBytes: most, ...QUICK });
      const line = lineOf(conn.core);
      const large = new Uint8Array(most / 4);
      let highest = 0;
      const look = () => {
        highest = Math.max(highest, conn.stats().pendingBytes);
        return large;
      };
      assert.equal(await conn.publishMany("a", 100, look), 100);
      assert.equal(
        await conn.publishMany(
          "a",
          Iterator.from({ next: () => ({ value: look(), done: false }) }).take(100),
        ),
        100,
      );
      const limit = most + large.length + 1024;
      assert(highest <= limit, `${highest} bytes waited`);
      await server.kill();
      await until("the loss is seen", () => !conn.isConnected());
      const refused = { errorCode: 1009, reason: "buffer_full" };
      await assert.rejects(conn.publishMany("a", 100, large), refused);
      await assert.rejects(
        conn.publishMany("a", Array.from({ length: 100 }, () => large)),
        refused,
      );
      const nothing = new Uint8Array(0);
      assert.throws(() => line.send("a", nothing, nothing, large), refused);
      assert.throws(() => line.answer(Uint8Array.of(97), large), refused);
      assert(conn.stats().pendingBytes <= limit, `${conn.stats().pendingBytes} bytes wait`);
    }),
);
