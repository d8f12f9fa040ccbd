import assert from "node:assert/strict";
import { until } from "../_faults_for_tests.ts";
import { connect } from "../connect.ts";
import { type Bench, jetStreamTest, textsOf } from "./_jetstream_for_tests.ts";
import { type JetStream, jetStream } from "./jetstream.ts";

const STREAM = { name: "S", subjects: "s.>", storage: "file" } as const;

/** Publishes the numbers from `from` to below `to`. */
async function publish(js: JetStream, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    await js.publish("s.x", String(i), { msgID: `${i}`, retries: 50 });
  }
}

/** Reads `total` messages in order; calls `disturb` after 50 of them. */
async function readInOrder(js: JetStream, total: number, disturb: () => Promise<void>) {
  const texts: string[] = [];
  for await (const message of js.ordered("S", { batch: 20 })) {
    texts.push(message.text());
    assert.equal(message.info.streamSequence, texts.length);
    if (texts.length === 50) await disturb();
    if (texts.length === total) break;
  }
  assert.deepEqual(texts, Array.from({ length: total }, (_, i) => String(i)));
}

jetStreamTest(
  "an ordered consumer goes on after its server was killed: none missing, none twice",
  async ({ server, js }) => {
    await js.addStream(STREAM);
    await publish(js, 0, 200);
    await readInOrder(js, 300, async () => {
      await server.restart({ kill: true });
      await publish(js, 200, 300);
    });
  },
);

jetStreamTest(
  "an ordered consumer that missed a message is made anew behind the last that came",
  async ({ connection, js }) => {
    await js.addStream(STREAM);
    await publish(js, 0, 200);
    const made: string[] = [];
    connection.subscribe("$JS.API.CONSUMER.CREATE.>", "", ({ subject }) => void made.push(subject));
    const { core } = connection;
    const subscribe = core.subscribe.bind(core);
    let delivered = 0;
    // Loses one message on its way to the library.
    core.subscribe = (inbox, options = {}) =>
      subscribe(inbox, {
        ...options,
        callback: (error, message) => {
          if (!message.subject.startsWith("s.") || ++delivered !== 60) {
            options.callback!(error, message);
          }
        },
      });
    await readInOrder(js, 200, () => Promise.resolve());
    await connection.flush();
    assert.deepEqual([new Set(made).size, delivered > 200], [2, true]);
  },
);

/** Stops the server until `sub`'s connection has sent something on its own. */
async function silence({ server, connection }: Bench): Promise<void> {
  const before = connection.stats().outMsgs;
  server.pause();
  try {
    await until("it is asked for again", () => connection.stats().outMsgs > before, 30_000);
  } finally {
    server.resume();
  }
}

// Fault 54.
jetStreamTest("a pull whose heartbeats stay away is asked for again", async (bench) => {
  const { server, js } = bench;
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const pulled = sub.pull(1, 8000);
  const waiting = async () => (await js.getConsumerInfo("S", "C")).num_waiting > 0;
  await until("the request is there", waiting);
  await silence(bench);
  await using other = await connect({ urls: server.url });
  await publish(jetStream(other), 0, 1);
  assert.deepEqual(textsOf(await pulled), ["0"]);
});

// Fault 54.
jetStreamTest("a loop whose heartbeats stay away asks again and goes on", async (bench) => {
  const { js } = bench;
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const loop = sub.consume({ expires: 2000 });
  const first = loop.next();
  await publish(js, 0, 1);
  assert.equal((await first).value?.text(), "0");
  const second = loop.next();
  await silence(bench);
  await publish(js, 1, 2);
  assert.equal((await second).value?.text(), "1");
  await loop.return?.();
});

// Fault 54.
jetStreamTest("a pull of a server that says nothing ends in its time", async ({ server, js }) => {
  await js.addStream(STREAM);
  await publish(js, 0, 1);
  const sub = await js.pullSubscribe("S", "", "C");
  server.pause();
  try {
    assert.deepEqual(await sub.pull(1, 50), []);
    await assert.rejects(sub.next(50), { errorCode: 1007 });
  } finally {
    server.resume();
  }
  assert.deepEqual(textsOf(await sub.pull(1, 30_000)), ["0"]);
});
