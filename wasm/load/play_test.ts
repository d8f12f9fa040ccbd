import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { newContext, Registry, runInContext, summarize } from "../../metrics/mod.ts";
import { compileGuest } from "../guest/mod.ts";
import { PacketError } from "../errors.ts";
import type { Action, SessionSettings, StressPlan } from "../plan.ts";
import { echo, frame, readToEnd, tcpPeer, writeAll } from "../session/peers_for_tests.ts";
import { blockOf, playPlan } from "./mod.ts";
import { parserBytes } from "./_parsers_for_tests.ts";

type Step = Omit<Extract<Action, { kind: "create" }>, "offsetMs"> | { kind: string };

function planOf(
  port: number,
  actions: readonly (Step & Record<string, unknown>)[],
  settings: Partial<SessionSettings> = {},
): StressPlan {
  return {
    name: "test",
    settings: {
      ...{ transport: "tcp", endpoints: [{ host: "127.0.0.1", port }], headerSize: 4 },
      ...{ bodyMax: 1000, read: true, repeat: false, sampleRate: 1, length: null },
      ...settings,
    } as SessionSettings,
    ...{ shards: null, packets: {}, handler: null },
    actions: actions.map((action) => ({ offsetMs: 0, ...action }) as unknown as Action),
  };
}

const all = (to: number) => ({ from: 0, to });
const send = (range: { from: number; to: number }, packet: string, copies: number, more = {}) => ({
  ...{ kind: "send", range },
  payload: { packet, copies, counter: null, timestamp: null, ...more },
});

/** A server that keeps all that comes, by connection. */
function sink(): ReturnType<typeof tcpPeer> & { readonly received: Uint8Array[] } {
  const received: Uint8Array[] = [];
  const peer = tcpPeer(async (conn) => {
    received.push(await readToEnd(conn));
  });
  return { ...peer, received, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}

Deno.test("shards have blocks of sessions, one behind the other", () => {
  const blocks = [0, 1, 2].map((index) => blockOf(8, { index, count: 3 }));
  assert.deepEqual(blocks, [{ from: 0, to: 3 }, { from: 3, to: 6 }, { from: 6, to: 8 }]);
  assert.deepEqual(blockOf(1, { index: 2, count: 4 }), { from: 1, to: 1 });
});

Deno.test("sessions send what their ranges say, in the order of the plan, on every shard", async () => {
  await using server = sink();
  const plan = planOf(server.port, [
    { kind: "create", sessions: 5 },
    { kind: "connect", range: all(5) },
    send(all(5), "a", 2),
    send({ from: 1, to: 4 }, "b", 1),
    send({ from: 4, to: 9 }, "c", 1),
  ]);
  const packets = { a: frame("a"), b: frame("b"), c: frame("c") };
  const results = await Promise.all(
    [0, 1].map((index) => playPlan(plan, { packets, guest: null, segment: { index, count: 2 } })),
  );
  assert.deepEqual(results.map(({ sessions }) => sessions), [3, 2]);
  assert.equal(results.reduce((sum, { packetsSent }) => sum + packetsSent, 0), 14);
  assert.deepEqual(results.map(({ sessionsFailed, open }) => [sessionsFailed, open]), [[0, 0], [
    0,
    0,
  ]]);
  const texts = server.received.map((bytes) => {
    return new TextDecoder().decode(bytes).replaceAll(/[^abc]/g, "");
  });
  assert.deepEqual(texts.sort(), ["aa", "aab", "aab", "aab", "aac"]);
});

Deno.test("actions happen at their offsets, one after the other", async () => {
  let received = 0;
  await using server = tcpPeer(async (conn) => {
    for await (const bytes of conn.readable) received += bytes.length;
  });
  const plan = planOf(server.port, [
    { kind: "create", sessions: 1 },
    { kind: "connect", range: all(1), offsetMs: 100 },
    { ...send(all(1), "a", 1), offsetMs: 250 },
    { kind: "disconnect", range: all(1), offsetMs: 5000 },
  ]);
  const waited: number[] = [];
  const result = await playPlan(plan, {
    ...{ packets: { a: frame("a") }, guest: null },
    waitUntil: async (ms) => {
      waited.push(ms);
      if (ms === 5350) await until("the packet is there", () => received === frame("a").length);
    },
  });
  assert.deepEqual(waited, [0, 100, 350, 5350]);
  assert.equal(result.packetsSent, 1);
  assert.equal(result.interrupted, false);
});

Deno.test("a flood sends what comes later in the plan too, and its SEND not again", async () => {
  await using server = sink();
  const plan = planOf(server.port, [
    { kind: "create", sessions: 1 },
    { kind: "connect", range: all(1) },
    { kind: "flood", range: all(1) },
    { kind: "drain", range: all(1) },
    send(all(1), "a", 3),
    send(all(1), "b", 2),
  ]);
  const packets = { a: frame("a"), b: frame("b") };
  const result = await playPlan(plan, { packets, guest: null });
  assert.equal(result.packetsSent, 5);
  const whole = [frame("a"), frame("a"), frame("a"), frame("b"), frame("b")];
  assert.deepEqual([...server.received[0]!], whole.flatMap((packet) => [...packet]));
});

Deno.test("counters of all shards and sessions are each there once", async () => {
  await using server = sink();
  const counter = { start: 0, length: 4, endian: "big", step: 2 };
  const plan = planOf(server.port, [
    { kind: "create", sessions: 6 },
    { kind: "connect", range: all(6) },
    send(all(6), "n", 50, { counter }),
  ], { read: false });
  await Promise.all([0, 1, 2].map((index) =>
    playPlan(plan, {
      ...{ packets: { n: new Uint8Array(4) }, guest: null, segment: { index, count: 3 } },
    })
  ));
  const values = server.received.flatMap((bytes) => {
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4));
  });
  assert.deepEqual(values.sort((a, b) => a - b), Array.from({ length: 300 }, (_, i) => 2 * i));
});

Deno.test("a signal ends a plan at once, also in the middle of a wait", async () => {
  await using server = tcpPeer(echo);
  const ending = new AbortController();
  const plan = planOf(server.port, [
    { kind: "create", sessions: 2 },
    { kind: "connect", range: all(2) },
    { ...send(all(2), "a", 1), offsetMs: 3_600_000 },
  ]);
  const playing = playPlan(plan, {
    ...{ packets: { a: frame("a") }, guest: null, signal: ending.signal },
  });
  ending.abort();
  const result = await playing;
  assert.deepEqual([result.interrupted, result.packetsSent, result.open], [true, 0, 0]);
});

Deno.test("a plan whose sessions don't finish ends after its grace", async () => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  await using server = tcpPeer(() => over); // never reads
  const plan = planOf(server.port, [
    { kind: "create", sessions: 1 },
    { kind: "connect", range: all(1) },
    send(all(1), "block", 1000),
  ]);
  const packets = { block: frame(new Uint8Array(60_000)) };
  const result = await playPlan(plan, { packets, guest: null, graceMs: 50 });
  assert.ok(result.packetsSent < 1000);
  assert.equal(result.open, 0);
  end();
});

Deno.test("what can't be played is refused before anything connects", async () => {
  const play = (actions: Parameters<typeof planOf>[1], settings: Partial<SessionSettings> = {}) =>
    playPlan(planOf(1, [{ kind: "create", sessions: 1 }, ...actions], settings), {
      packets: { long: new Uint8Array(65_508) },
      guest: null,
    });
  const refused = (promise: Promise<unknown>, code: string, why: RegExp) =>
    assert.rejects(
      promise,
      (error) => error instanceof PacketError && error.code === code && why.test(error.message),
    );
  await refused(play([send(all(1), "b", 1)]), "packet_unknown", /no packet b: there is long/);
  const udp = { transport: "udp" } as const;
  await refused(play([send(all(1), "long", 1)], udp), "packet_unknown", /a datagram holds 65507/);
  await refused(play([], { headerSize: 9 }), "header_invalid", /9 bytes needs LENGTH/);
  const length = { start: 6, length: 4, endian: "big" } as const;
  await refused(play([], { headerSize: 8, length }), "header_invalid", /LENGTH 6:4 lies outside/);
});

Deno.test("metrics say what happened, by endpoint and action", async () => {
  await using server = tcpPeer(async (conn) => {
    await writeAll(conn, frame("first"));
    await echo(conn);
  });
  const registry = new Registry();
  // Answers the first packet alone: the echo of that has another length.
  const guest = compileGuest(parserBytes({
    body: `(if (result i64) (i32.eq (local.get $n) (i32.const 9))
      (then (i64.or (i64.extend_i32_u (local.get $p)) (i64.const 0x900000000)))
      (else (if (result i64) (i32.eq (local.get $n) (i32.const 5)) (then (unreachable))
        (else (i64.const 0)))))`,
  }));
  const plan = planOf(server.port, [
    { kind: "create", sessions: 2 },
    { kind: "connect", range: all(2) },
    send(all(2), "one", 1),
    send(all(2), "trap", 1),
    { kind: "disconnect", range: all(2), offsetMs: 1 },
  ]);
  const empty = () => {
    const found = registry.select("packet_empty_responses", {});
    return found === undefined ? 0 : summarize(found, "count");
  };
  const packets = { one: frame(new Uint8Array(40)), trap: frame("t") };
  const result = await runInContext(
    newContext(registry),
    () =>
      playPlan(plan, {
        ...{ packets, guest },
        waitUntil: async (ms) => {
          // Until each session got the two packets that are not answered.
          if (ms > 0) await until("all packets are there", () => empty() >= 4);
        },
      }),
  );
  const endpoint = `127.0.0.1:${server.port}`;
  const get = (name: string, tags = {}) => {
    const found = registry.select(name, { endpoint, transport: "tcp", ...tags });
    return found === undefined ? 0 : summarize(found, "count");
  };
  assert.equal(get("packet_connections"), 2);
  assert.equal(get("packet_sessions_opened"), 2);
  assert.equal(get("packet_sessions_closed"), 2);
  assert.equal(get("packet_packets_sent", { action: "send:one" }), 2);
  assert.equal(get("packet_packets_sent", { action: "send:trap" }), 2);
  const responses = get("packet_packets_sent", { action: "response" });
  assert.ok(responses >= 2, `${responses} responses`);
  assert.equal(get("packet_packets_sent"), result.packetsSent);
  assert.equal(get("packet_bytes_sent"), result.bytesSent);
  assert.equal(get("packet_packets_received"), result.packetsReceived);
  assert.equal(get("packet_bytes_received"), result.bytesReceived);
  assert.equal(get("packet_traps", { function: "handle_body" }), 2);
  assert.equal(get("packet_empty_responses", { reason: "trap" }), 2);
  assert.equal(get("packet_empty_responses", { reason: "none" }), 2);
  assert.equal(get("packet_connecting"), 2);
  for (const trend of ["sending", "reading", "responding", "parsing"]) {
    assert.ok(get(`packet_${trend}`) > 0, trend);
  }
});

Deno.test("a header that the guest traps on is counted at the endpoint that it came from", async () => {
  const serve = async (conn: Deno.Conn, header: number) => {
    await writeAll(conn, Uint8Array.of(header, 0, 0, 0));
    await readToEnd(conn);
  };
  await using sound = tcpPeer((conn) => serve(conn, 0));
  await using trapping = tcpPeer((conn) => serve(conn, 1));
  const registry = new Registry();
  const guest = compileGuest(parserBytes({
    header: `(if (result i32) (i32.load (local.get $p)) (then (unreachable)) (else (i32.const 0)))`,
  }));
  const endpoints = [sound, trapping].map(({ host, port }) => ({ host, port }));
  const plan = planOf(0, [
    { kind: "create", sessions: 2 },
    { kind: "connect", range: all(1) },
    { kind: "connect", range: { from: 1, to: 2 }, offsetMs: 1 },
    { kind: "disconnect", range: all(2), offsetMs: 1 },
  ], { endpoints });
  const count = (name: string, { port }: { port: number }) => {
    const found = registry.select(name, { endpoint: `127.0.0.1:${port}` });
    return found === undefined ? 0 : summarize(found, "count");
  };
  const waits = [
    () => true,
    () => true,
    () => count("packet_packets_received", sound) === 1,
    () => count("packet_sessions_failed", trapping) === 1,
  ];
  await runInContext(newContext(registry), () =>
    playPlan(plan, {
      ...{ packets: {}, guest },
      waitUntil: () => until("a header is there", waits.shift()!),
    }));
  const traps = [sound, trapping].map((peer) => count("packet_traps", peer));
  assert.deepEqual(traps, [0, 1]);
});
