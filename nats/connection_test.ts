import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import nats, { type Connection, type ConnectOptions, type Message } from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "10ms", reconnectJitter: 0, maxReconnects: -1 } as const;

/** A test with a server and a connection of its own. */
function connected(
  name: string,
  body: (
    conn: Connection,
    more: (options?: ConnectOptions) => Promise<Connection>,
  ) => Promise<void>,
): void {
  natsTest(name, () =>
    measured(async () => {
      await using server = await startNatsServer({ jetStream: false, maxPayloadBytes: 100_000 });
      const all: Connection[] = [];
      const more = async (options: ConnectOptions = {}) => {
        const conn = await nats.connect({ urls: server.url, ...QUICK, ...options });
        all.push(conn);
        return conn;
      };
      await body(await more(), more);
      for (const conn of all) await conn.close();
    }));
}

connected("a message has its subject, text, bytes, JSON, reply, headers and time", async (conn) => {
  const got: Message[] = [];
  conn.subscribe("a.*", "", (message) => void got.push(message));
  const before = Date.now();
  conn.publish("a.b", '{"x":"é"}', { reply: "r.1", headers: { "X-Id": "7" } });
  conn.publish("a.c", Uint8Array.of(1, 2));
  conn.publish("a.d", { y: 2 });
  conn.publish("a.e");
  await conn.flush();
  const [first, second, third, last] = got as [Message, Message, Message, Message];
  assert.deepEqual([first.subject, first.reply, String(first.data)], ["a.b", "r.1", '{"x":"é"}']);
  assert.deepEqual(first.json(), { x: "é" });
  assert.equal(first.headers?.get("x-id"), "7");
  assert(first.data instanceof Uint8Array && first.timestamp >= before - 1);
  assert.deepEqual([[...second.data], second.headers, second.reply], [[1, 2], null, ""]);
  assert.deepEqual([third.json(), last.data.length, last.respond("x")], [{ y: 2 }, 0, false]);
});

connected("everything goes out in the order in which it was asked for", async (conn) => {
  const got: string[] = [];
  conn.publish("a", "before");
  const subscription = conn.subscribe("a", "", (message) => void got.push(message.text()));
  conn.publish("a", "1");
  conn.core.publish("a", "2");
  conn.publish("a", "3", { headers: { h: "v" } });
  await conn.publishMany("a", ["4", "5"]);
  subscription.unsubscribe();
  conn.publish("a", "after");
  await conn.flush();
  assert.deepEqual(got, ["1", "2", "3", "4", "5"].slice(0, got.length));
  const second = conn.subscribe("a", "", (message) => void got.push(message.text()));
  got.length = 0;
  for (let i = 0; i < 500; i++) {
    i % 3 === 0 ? conn.core.publish("a", `${i}`) : conn.publish("a", `${i}`);
  }
  await conn.flush();
  assert.deepEqual(got, Array.from({ length: 500 }, (_, i) => `${i}`));
  second.unsubscribe();
});

connected(
  "publishMany sends a payload many times, what a function makes, or a list",
  async (conn, more) => {
    const got: string[] = [];
    const other = await more();
    other.subscribe("m", "", (message) => void got.push(message.text()));
    await other.flush();
    assert.equal(await conn.publishMany("m", 3, "x"), 3);
    assert.equal(await conn.publishMany("m", 5000, (i) => i), 5000);
    assert.equal(await conn.publishMany("m", new Set(["a", "b"])), 2);
    await conn.flush();
    await until("all arrived", () => got.length === 5005);
    assert.deepEqual([got[0], got[3], got[5002], got.at(-1)], ["x", "0", "4999", "b"]);
    await assert.rejects(conn.publishMany("m", -1, "x"), { errorCode: 1009 });
    await assert.rejects(conn.publishMany("m", 2, () => "x".repeat(100_001)), {
      reason: "max_payload",
    });
  },
);

connected("large messages arrive whole, between small ones", async (conn) => {
  const sizes = [10, 99_000, 0, 5000, 70_000, 1];
  const got: number[] = [];
  conn.subscribe("big", "", ({ data }) => {
    assert(data.every((byte, i) => byte === i % 251));
    got.push(data.length);
  });
  for (let round = 0; round < 20; round++) {
    for (const size of sizes) {
      conn.publish(
        "big",
        Uint8Array.from({ length: size }, (_, i) => i % 251),
      );
    }
  }
  await conn.flush();
  assert.deepEqual(got, Array.from({ length: 20 }, () => sizes).flat());
});

connected("kept messages stay what they were", async (conn) => {
  const kept: Message[] = [];
  conn.subscribe("k", "", (message) => void kept.push(message));
  for (let i = 0; i < 200; i++) {
    conn.publish("k", `message ${i}`);
    if (i % 7 === 0) await conn.flush();
  }
  await conn.publishMany("k", 5000, (i) => `more ${i}`);
  await conn.flush();
  kept.forEach((message, i) => {
    assert.equal(message.text(), i < 200 ? `message ${i}` : `more ${i - 200}`);
  });
});

connected(
  "fault 48: more than max_payload is refused here, and the connection stays",
  async (conn) => {
    const refused = { errorCode: 1009, reason: "max_payload", message: /100001 bytes .* 100000/ };
    assert.throws(() => conn.publish("a", new Uint8Array(100_001)), refused);
    assert.throws(() => conn.publish("a", "x".repeat(100_001)), refused);
    assert.throws(() => conn.publish("a", new Uint8Array(99_999), { headers: { a: "b" } }), {
      reason: "max_payload",
    });
    await assert.rejects(conn.request("a", new Uint8Array(100_001)), refused);
    assert.throws(() => conn.core.publish("a", new Uint8Array(100_001)), refused);
    conn.publish("a", new Uint8Array(100_000));
    await conn.flush();
    assert.equal(conn.stats().reconnects, 0);
  },
);

connected("requests are answered, in time or not at all", async (conn, more) => {
  const server = await more();
  server.subscribe(
    "double",
    "workers",
    (message) => void message.respond(`${message.text().repeat(2)}`),
  );
  server.subscribe("slow", "", () => {});
  server.subscribe("twice", "", (message) => {
    message.respond("first");
    message.respond("second");
  });
  await server.flush();
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, i) => conn.request("double", `${i}.`, 5000)),
  );
  replies.forEach((reply, i) => assert.equal(String(reply.data), `${i}.${i}.`));
  await assert.rejects(conn.request("slow", "", 20), {
    errorCode: 1006,
    message: /slow within 20 ms/,
  });
  await assert.rejects(conn.request("none", "", 5000), {
    errorCode: 1011,
    reason: "no_responders",
  });
  assert.equal(String((await conn.request("twice", "", 5000)).data), "first");
  await conn.flush(); // The second, late, is nobody's.
  await assert.rejects(conn.request("a b", ""), { errorCode: 1009 });
  await assert.rejects(conn.request("", ""), { errorCode: 1008 });
  await assert.rejects(conn.request("a", "", 0), { errorCode: 1003 });
  assert.equal((await conn.core.request("double", "x")).string(), "xx");
});

connected("a subscription is iterated until it ends", async (conn) => {
  const subscription = conn.subscribe("i", { max: 3 });
  for (const text of ["a", "b", "c", "d"]) conn.publish("i", text);
  const got: string[] = [];
  for await (const message of subscription) got.push(message.text());
  assert.deepEqual(got, ["a", "b", "c"]);
  const left = conn.subscribe("i");
  conn.publish("i", "x");
  for await (const _ of left) break;
  assert.equal(left.isClosed, true);
});

connected(
  "a handler gets one message after the other; one that throws is told, and goes on",
  async (conn) => {
    const order: string[] = [];
    const told: string[] = [];
    const subscription = conn.subscribe("h", {
      async handler(message) {
        order.push(`>${message.text()}`);
        await Promise.resolve();
        if (message.text() === "2") throw new Error("no");
        order.push(`<${message.text()}`);
      },
      onError: (error) => told.push(error.message),
    });
    await conn.publishMany("h", ["1", "2", "3"]);
    await conn.flush();
    await subscription.drain();
    assert.deepEqual(order, [">1", "<1", ">2", ">3", "<3"]);
    assert.deepEqual(told, ["subscription failed: the handler of h failed: no"]);
  },
);

connected(
  "drain handles what has arrived, sends what was published, and closes",
  async (conn, more) => {
    const [got, heard]: [string[], string[]] = [[], []];
    const other = await more();
    other.subscribe("out", "", (message) => void heard.push(message.text()));
    await other.flush();
    conn.subscribe("d", "", async (message) => {
      await Promise.resolve();
      got.push(message.text());
      conn.publish("out", message.text());
    });
    await conn.publishMany("d", 100, (i) => `${i}`);
    await conn.drain();
    assert.equal(got.length, 100);
    assert.equal(conn.isClosed(), true);
    await other.flush();
    assert.equal(heard.length, 100);
    assert.throws(() => conn.publish("d", "x"), { errorCode: 1002 });
    await assert.rejects(conn.drain(), { errorCode: 1002 });
  },
);

connected("what was published right before close arrives", async (conn, more) => {
  const other = await more();
  let count = 0;
  other.subscribe("c", "", () => void count++);
  await other.flush();
  for (let i = 0; i < 1000; i++) conn.publish("c", "x");
  await conn.close();
  await conn.close();
  await other.flush();
  assert.equal(count, 1000);
  assert.equal(conn.isConnected(), false);
});

connected("flush takes a limit", async (conn) => {
  await conn.flushTimeout(5000);
  await assert.rejects(conn.flushTimeout(0), { errorCode: 1003 });
});

connected("noEcho, and a prefix of inboxes", async (_, more) => {
  const conn = await more({ noEcho: true, inboxPrefix: "_MINE.x" });
  let own = 0;
  conn.subscribe("e", "", () => void own++);
  conn.publish("e", "x");
  await conn.flush();
  assert.equal(own, 0);
  const service = await more();
  let reply = "";
  service.subscribe("svc", "", (message) => {
    reply = message.reply;
    message.respond("ok");
  });
  await service.flush();
  await conn.request("svc");
  assert.match(reply, /^_MINE\.x\./);
});
