import assert from "node:assert/strict";
import { closeContext, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { NATS_ERROR_NUMBERS, NatsError, type NatsErrorNumber } from "./errors.ts";
import { type JetStream, jetStream } from "./jetstream/mod.ts";
import { type NatsServer, startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

/** What the rows of the table work with. */
interface World {
  readonly server: NatsServer;
  /** May do everything. */
  readonly connection: Connection;
  readonly js: JetStream;
  /** May not publish to what `DENIED` lists, nor subscribe to `secret`. */
  readonly denied: Connection;
  readonly deniedJs: JetStream;
  /** A connection to a server without JetStream. */
  readonly bare: Connection;
}

const DENIED = [
  ...["$JS.API.INFO", "$JS.API.STREAM.DELETE.*", "$JS.API.STREAM.INFO.*"],
  ...["$JS.API.CONSUMER.DELETE.>", "$JS.API.CONSUMER.INFO.>"],
];

/** Each number of the seed's table with what makes it happen. */
const ROWS: readonly [NatsErrorNumber, string, (world: World) => unknown][] = [
  [1001, "code of a virtual user that has ended connects", async ({ server }) => {
    const context = newContext(new Registry());
    await closeContext(context);
    await runInContext(context, () => connect({ urls: server.url }));
  }],
  [1002, "a closed connection is used", async ({ server }) => {
    const connection = await connect({ urls: server.url, user: "admin", password: "a" });
    const js = jetStream(connection);
    await connection.close();
    await js.publish("full.x", "");
  }],
  [
    1003,
    "an option has a value that it can't have",
    ({ js }) => js.addStream({ name: "X", subjects: "x", replicas: 6 }),
  ],
  [
    1004,
    "a consumer is made on a stream that isn't there",
    ({ js }) => js.addConsumer("NONE", { durable: "C" }),
  ],
  [1005, "a consumer that was deleted is pulled", async ({ js }) => {
    const sub = await js.pullSubscribe("FULL", "", "GONE");
    await js.deleteConsumer("FULL", "GONE");
    await sub.pull(1, 5000);
  }],
  [1006, "a request isn't answered in time", async ({ connection }) => {
    connection.subscribe("silence", "", () => {});
    await connection.request("silence", "", 20);
  }],
  [1007, "no message comes in time", async ({ js }) => {
    const sub = await js.pullSubscribe("FULL", "full.none", "EMPTY");
    await sub.next(20);
  }],
  [1008, "a subject is empty", ({ connection }) => connection.publish("", "")],
  [1009, "a message is published to a wildcard", ({ connection }) => connection.publish("a.*", "")],
  [1010, "a subscription isn't allowed", async ({ denied }) => {
    for await (const _ of denied.subscribe("secret"));
  }],
  [
    1011,
    "nobody is there for a request",
    ({ connection }) => connection.request("nobody", "", 5000),
  ],
  [1012, "a connection is drained twice", async ({ server }) => {
    const connection = await connect({ urls: server.url, user: "admin", password: "a" });
    const [one, two] = await Promise.allSettled([connection.drain(), connection.drain()]);
    assert.equal(one.status, "fulfilled");
    if (two.status === "rejected") throw two.reason;
  }],
  [1013, "a connection that was lost is closed within a flush", async () => {
    await using server = await startNatsServer({ jetStream: false });
    await using connection = await connect({
      urls: server.url,
      reconnectWait: 0.05,
      reconnectJitter: 0,
      maxReconnects: -1,
    });
    await server.kill();
    while (connection.isConnected()) await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([connection.flush(), connection.close()]);
  }],
  [1014, "a server has no JetStream", ({ bare }) => jetStream(bare).getStreamNames()],
  [1015, "a stream's name is empty", ({ js }) => js.getStreamInfo("")],
  [
    1016,
    "a stream takes the subjects of another",
    ({ js }) => js.addStream({ name: "TWO", subjects: "full.>", storage: "memory" }),
  ],
  [1017, "a stream isn't there", ({ js }) => js.getStreamInfo("NONE")],
  [
    1018,
    "a stream changes its storage",
    ({ js }) => js.updateStream({ name: "FULL", subjects: "full.>", storage: "file" }),
  ],
  [1019, "deleting a stream isn't allowed", ({ deniedJs }) => deniedJs.deleteStream("FULL")],
  [1020, "asking for a stream isn't allowed", ({ deniedJs }) => deniedJs.getStreamInfo("FULL")],
  [1021, "a stream is full", ({ js }) => js.publish("full.x", "")],
  [1022, "a stream is full when published to without waiting", async ({ js }) => {
    const future = await js.publishAsync("full.x", "");
    await future.ack();
  }],
  [1024, "a consumer's name is empty", ({ js }) => js.getConsumerInfo("FULL", "")],
  [
    1025,
    "a consumer's name is taken by another",
    ({ js }) => js.addConsumer("FULL", { durable: "PULL", ackPolicy: "none" }),
  ],
  [1026, "a consumer isn't there", ({ js }) => js.getConsumerInfo("FULL", "NONE")],
  [
    1027,
    "a consumer changes what can't be changed",
    ({ js }) => js.updateConsumer("FULL", { durable: "PULL", ackPolicy: "none" }),
  ],
  [
    1028,
    "deleting a consumer isn't allowed",
    ({ deniedJs }) => deniedJs.deleteConsumer("FULL", "PULL"),
  ],
  [
    1029,
    "asking for a consumer isn't allowed",
    ({ deniedJs }) => deniedJs.getConsumerInfo("FULL", "PULL"),
  ],
  [1030, "a consumer that pushes is pulled", ({ js }) => js.pullSubscribe("FULL", "", "PUSH")],
  [1031, "messages are pulled without a subscription", ({ js }) => js.pullMessages(null as never)],
  [1032, "more is pulled than the consumer gives at a time", async ({ js }) => {
    const sub = await js.pullSubscribe("FULL", "", "PULL");
    await js.pullMessages(sub, 6, 30_000);
  }],
  [
    1033,
    "a consumer that is pulled is to push",
    ({ js }) => js.pushSubscribe("FULL", "", "PULL", () => {}),
  ],
  [1034, "asking for the account isn't allowed", ({ deniedJs }) => deniedJs.getAccountInfo()],
  [1035, "a stream isn't to be purged", ({ js }) => js.purgeStream("FULL")],
  [1036, "a message to delete isn't there", ({ js }) => js.deleteMessage("FULL", 99)],
];

natsTest("every code of the seed's table happens against a real server", async () => {
  await using server = await startNatsServer({
    users: [{ user: "admin", password: "a" }, {
      user: "denied",
      password: "d",
      permissions: { publish: { deny: DENIED }, subscribe: { deny: ["secret"] } },
    }],
  });
  await using plain = await startNatsServer({ jetStream: false });
  await using connection = await connect({ urls: server.url, user: "admin", password: "a" });
  await using denied = await connect({ urls: server.url, user: "denied", password: "d" });
  await using bare = await connect({ urls: plain.url });
  const js = jetStream(connection);
  await prepare(js);
  const world = { server, connection, js, denied, deniedJs: jetStream(denied), bare };
  const met: NatsErrorNumber[] = [];
  for (const [errorCode, name, run] of ROWS) {
    const error = await failureOf(async () => await run(world));
    assert.ok(error instanceof NatsError, `${errorCode}: ${name}: ${String(error)}`);
    assert.equal(error.errorCode, errorCode, `${name}: ${error.errorCode} ${error.message}`);
    assert.ok(error.message !== "" && !error.message.endsWith("."), error.message);
    met.push(errorCode);
  }
  assert.deepEqual([...met].toSorted(), NATS_ERROR_NUMBERS);
});

/** A stream that is full with one message, a consumer that is pulled and one that pushes. */
async function prepare(js: JetStream): Promise<void> {
  await js.addStream({
    name: "FULL",
    subjects: "full.>",
    storage: "memory",
    maxMsgs: 1,
    discard: "new",
    denyPurge: true,
  });
  await js.publish("full.x", "");
  await js.addConsumer("FULL", { durable: "PULL", maxBatch: 5 });
  await js.addConsumer("FULL", { durable: "PUSH", deliverSubject: "pushed" });
}

async function failureOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}
