import assert from "node:assert/strict";
import { until } from "../_faults_for_tests.ts";
import { lineOf } from "../line.ts";
import { jetStreamTest } from "./_jetstream_for_tests.ts";

const STREAM = { name: "S", subjects: "s.>", storage: "memory" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);
/** The subject that a consumer delivers to. */
const DELIVERS = "delivered";

jetStreamTest("an onError of a push that throws is counted, and the next message comes", async ({
  js,
  count,
}) => {
  await js.addStream(STREAM);
  const texts: string[] = [];
  const handler = (message: { text(): string }) => {
    texts.push(message.text());
    throw new Error("no");
  };
  const onError = () => {
    throw new Error("neither");
  };
  const sub = await js.pushSubscribe("S", "", "P", handler, { onError });
  for (const text of ["one", "two", "three"]) await js.publish("s.x", text);
  await until("all were handed over", () => texts.length === 3);
  assert.deepEqual(texts, ["one", "two", "three"]);
  await until("all are counted", () => count("nats_errors", { code: "unknown" }) === 3);
  sub.unsubscribe();
});

jetStreamTest("after unsubscribe a push handler gets nothing more", async ({ connection, js }) => {
  await js.addStream(STREAM);
  await js.addConsumer("S", { durable: "P", deliverSubject: DELIVERS });
  const texts: string[] = [];
  const sub = await js.pushSubscribe("S", "", "P", (message) => {
    texts.push(message.text());
    if (message.text() === "2") sub.unsubscribe();
  });
  await connection.publishMany(DELIVERS, 5, (i) => `${i}`);
  await connection.flush();
  await connection.flush();
  assert.deepEqual(texts, ["0", "1", "2"]);
  assert.equal(sub.received, 3);
});

jetStreamTest(
  "flow control is answered when all that came before it was handled",
  async ({ connection, js }) => {
    await js.addStream(STREAM);
    await js.addConsumer("S", { durable: "P", deliverSubject: DELIVERS });
    const events: string[] = [];
    const steps = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const sub = await js.pushSubscribe("S", "", "P", async (message) => {
      await steps[Number(message.text())]!.promise;
      events.push(message.text());
    });
    connection.subscribe("flow", "", () => void events.push("flow"));
    // Both are in one batch, of which the first is being handled when the word of flow control comes.
    await connection.publishMany(DELIVERS, ["0", "1"]);
    await connection.flush();
    await until("the first is being handled", () => sub.received === 1);
    const line = lineOf(connection.core);
    line.send(DELIVERS, bytes("flow"), bytes("NATS/1.0 100 FlowControl\r\n\r\n"), bytes(""));
    connection.publish(DELIVERS, "2");
    await connection.flush();
    for (const i of [0, 1]) {
      steps[i]!.resolve();
      await until(`${i} was handled`, () => events.includes(`${i}`));
      await connection.flush();
      await connection.flush();
    }
    assert.deepEqual(events, ["0", "1", "flow"]);
    steps[2]!.resolve();
    await until("the last was handled", () => events.length === 4);
    sub.unsubscribe();
  },
);

jetStreamTest(
  "what a slow push handler doesn't take is dropped beyond a cap, and counted",
  async ({ connection, js, count }) => {
    await js.addStream(STREAM);
    await js.addConsumer("S", { durable: "P", deliverSubject: DELIVERS });
    const { promise: taken, resolve: goOn } = Promise.withResolvers<void>();
    const sub = await js.pushSubscribe("S", "", "P", () => taken);
    const total = 80;
    // One is being handled, 64 MiB wait.
    await connection.publishMany(DELIVERS, total, new Uint8Array(1024 * 1024));
    await connection.flush();
    const dropped = () => count("nats_msgs_dropped", { reason: "slow_consumer" });
    assert.equal(dropped(), total - 65);
    assert.equal(count("nats_errors", { code: "1033", reason: "slow_consumer" }), 1);
    goOn();
    await until("what waited is handled", () => sub.received === 65);
    sub.unsubscribe();
  },
);
