import assert from "node:assert/strict";
import { type NatsServer, startNatsServer } from "../../../nats/server/mod.ts";
import { natsTest } from "../../../nats/server/servers_for_tests.ts";
import { bytesOf, firstOf, textOf, waiter } from "../_contract_world_for_tests.ts";
import type { Bus } from "../bus.ts";
import type { PoolError } from "../../errors.ts";
import { natsBus } from "./bus.ts";
import type { NatsBusOptions } from "./options.ts";

const open = async (
  stack: AsyncDisposableStack,
  server: NatsServer,
  options: NatsBusOptions = {},
): Promise<Bus> => {
  const bus = await natsBus({ ...options, connect: { urls: server.url, ...options.connect } });
  stack.defer(() => bus.close());
  return bus;
};

natsTest("calls wait while the server is away, and readers go on where they were", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const bus = await open(stack, server);
  const other = await open(stack, server);
  const abort = new AbortController();
  const told: string[] = [];
  const lost = waiter();
  bus.onConnection((connected) => lost.wake() ?? told.push(`${connected}`));

  const read: string[] = [];
  const records = waiter();
  const reading = other.log.read("up.r.>", ({ bytes }) => {
    read.push(textOf(bytes));
    records.wake();
  }, abort.signal);
  reading.catch(() => {}); // A failure before its end says more.
  const watched: string[] = [];
  const changes = waiter();
  await other.keys.watch("runs", (key, entry) => {
    watched.push(`${key}=${textOf(entry?.value)}`);
    changes.wake();
  }, abort.signal);
  await other.live.handle("down.r.0", (bytes) => bytes, abort.signal);
  const job = other.jobs.take("jobs.x", abort.signal);
  await bus.log.append("up.r.0", "1", bytesOf("before"));
  const revision = await bus.keys.create("runs.r", bytesOf("before"));
  await changes.until(() => watched.length === 1);
  await records.until(() => read.length === 1);

  await server.kill();
  await lost.until(() => told.length === 2);
  const meanwhile = Promise.all([
    bus.log.append("up.r.0", "2", bytesOf("meanwhile")),
    bus.keys.update("runs.r", bytesOf("meanwhile"), revision),
    bus.jobs.offer("jobs.x", "1", bytesOf("job")),
    bus.blobs.put(bytesOf("blob")),
    bus.live.request("down.r.0", bytesOf("asked"), 20_000),
  ]);
  bus.live.send("beat.r.0", bytesOf("lost"));
  await server.start();
  const [, , , hash, answer] = await meanwhile;
  assert.equal(textOf(answer), "asked");
  assert.equal(textOf(await other.blobs.get(hash)), "blob");
  await bus.log.append("up.r.1", "3", bytesOf("after"));
  await records.until(() => read.length === 3);
  assert.deepEqual(read, ["before", "meanwhile", "after"]);
  await changes.until(() => watched.length === 2);
  assert.deepEqual(watched, ["runs.r=before", "runs.r=meanwhile"]);
  const taken = await job;
  assert.equal(textOf(taken?.bytes), "job");
  await taken?.done();
  assert.deepEqual(told, ["true", "false", "true"]);
  abort.abort();
  await reading;
});

natsTest("servers that lost everything are set up again, and readers begin anew", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const bus = await open(stack, server, { storage: "memory" });
  const abort = new AbortController();
  const read: string[] = [];
  const records = waiter();
  const reading = bus.log.read("up", ({ bytes }) => {
    read.push(textOf(bytes));
    records.wake();
  }, abort.signal);
  reading.catch(() => {}); // A failure before its end says more.
  const watched: string[] = [];
  const changes = waiter();
  await bus.keys.put("agents.a", bytesOf("1"));
  await bus.keys.put("agents.b", bytesOf("1"));
  await bus.keys.watch("agents", (key, entry) => {
    watched.push(`${key}=${textOf(entry?.value)}`);
    changes.wake();
  }, abort.signal);
  for (const id of ["1", "2", "3"]) await bus.log.append("up", id, bytesOf(id));
  await records.until(() => read.length === 3);
  await bus.jobs.offer("jobs.x", "1", bytesOf("lost"));
  const taken = await bus.jobs.take("jobs.x", abort.signal);
  await server.restart({ kill: true });
  await taken?.done(); // Nothing is left to be done.
  await bus.log.append("up", "4", bytesOf("4"));
  await bus.keys.put("agents.b", bytesOf("2"));
  await records.until(() => read.length === 4);
  await changes.until(() => watched.includes("agents.a=nothing") && watched.includes("agents.b=2"));
  assert.deepEqual(read, ["1", "2", "3", "4"]);
  assert.equal(textOf((await firstOf(bus.log, "up", 1))[0]?.bytes), "4");
  abort.abort();
  await reading;
});

natsTest("a first blob that is asked for during an outage is there after it", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const hash = await (await open(stack, server)).blobs.put(bytesOf("blob"));
  const bus = await open(stack, server, { patienceMs: 200 });
  server.pause();
  await assert.rejects(bus.blobs.get(hash), { code: "bus_lost" });
  server.resume();
  assert.equal(textOf(await bus.blobs.get(hash)), "blob");
});

natsTest("a server that says nothing is taken for lost, and calls give up in the end", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const bus = await open(stack, server, {
    patienceMs: 400,
    connect: { urls: server.url, pingInterval: 0.1, timeout: 0.5 },
  });
  const lost = waiter();
  let connected = true;
  bus.onConnection((now) => {
    connected = now;
    lost.wake();
  });
  server.pause();
  // The signal takes a moment to get there.
  let failure: unknown;
  for (let i = 0; failure === undefined; i++) {
    await bus.log.append("up", `${i}`, bytesOf("x")).catch((error) => failure = error);
  }
  assert.equal((failure as PoolError).code, "bus_lost");
  await lost.until(() => !connected);
  await assert.rejects(bus.keys.get("key"), { code: "bus_lost" });
  await assert.rejects(bus.live.request("x", bytesOf("x"), 100), { code: "bus_missing" });
  server.resume();
  await lost.until(() => connected);
  await bus.log.append("up", "after", bytesOf("x"));
});

natsTest("what no server can do is refused at once", async () => {
  const refused = { code: "bus_refused" };
  {
    await using server = await startNatsServer({ jetStream: false });
    await assert.rejects(natsBus({ connect: { urls: server.url } }), {
      ...refused,
      message: /no JetStream/,
    });
  }
  await using server = await startNatsServer({ token: "right" });
  await assert.rejects(natsBus({ connect: { urls: server.url, token: "wrong" } }), refused);
  await assert.rejects(natsBus({ connect: { urls: ["ws://x"] } }), refused);
  await assert.rejects(
    natsBus({ connect: { urls: "nats://u:secret@127.0.0.1:1" }, connectMs: 1 }),
    {
      code: "bus_lost",
      message: /^connect to nats:\/\/127\.0\.0\.1:1: (?!.*secret)/,
    },
  );
  for (
    const options of [{ prefix: "a.b" }, { replicas: 6 }, { storage: "tape" }, { pattience: 1 }]
  ) {
    await assert.rejects(natsBus(options as NatsBusOptions), { code: "option_invalid" });
  }
});

natsTest("a full log refuses what is new and keeps what is there", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const bus = await open(stack, server, { maxStoreBytes: 1024 * 1024 });
  const half = new Uint8Array(600 * 1024);
  await bus.log.append("up", "1", half);
  await assert.rejects(bus.log.append("up", "2", half), { code: "bus_refused" });
  await bus.log.remove("up");
  await bus.log.append("up", "2", half);
});

natsTest("two pools on the same servers know nothing of each other", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  const [one, two] = [
    await open(stack, server, { prefix: "one" }),
    await open(stack, server, { prefix: "two" }),
  ];
  await one.keys.put("key", bytesOf("one"));
  await two.log.append("up", "1", bytesOf("two"));
  await one.log.append("up", "1", bytesOf("one"));
  assert.equal(await two.keys.get("key"), null);
  assert.equal(textOf((await firstOf(two.log, "up", 1))[0]?.bytes), "two");
});

natsTest("how streams are kept is as asked, or refused where it can't be", async () => {
  await using server = await startNatsServer();
  await using stack = new AsyncDisposableStack();
  await open(stack, server, { storage: "memory", replicas: 1 });
  // Whoever asks for nothing takes what is there.
  const bus = await open(stack, server);
  await bus.log.append("up", "1", bytesOf("one"));
  await assert.rejects(open(stack, server, { storage: "file" }), {
    code: "bus_refused",
    message: /^the stream KV_downpour_keys is kept in memory, which can't become file: remove it/,
  });
  for (const prefix of ["downpour", "another"]) {
    await assert.rejects(open(stack, server, { replicas: 3, prefix }), {
      code: "bus_refused",
      message: /^3 replicas need as many servers with JetStream: there are fewer$/,
    });
  }
});
