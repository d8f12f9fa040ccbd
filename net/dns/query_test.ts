import assert from "node:assert/strict";
import { formatAddress } from "../address.ts";
import { NetError } from "../errors.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { encodeMessage, replyTo, type TestMessage } from "./_messages_for_tests.ts";
import type { Exchange } from "./exchange.ts";
import { decodeHead } from "./message.ts";
import { queryBy, type QueryOptions } from "./query.ts";

const A1: TestMessage = { answers: [{ name: "a.test", type: "A", data: "192.0.2.1" }] };

/** Never answers. */
const silence: Exchange = (_server, _query, _isReply, signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

type Answer = (query: Uint8Array) => Uint8Array;

/** Servers by address, as a transport; `log` has who was asked. */
function servers(log: string[], answers: Record<string, Answer | Error | null>): Exchange {
  return (server, query, isReply, signal) => {
    const shown = formatAddress(server);
    log.push(shown);
    const answer = answers[shown];
    if (answer === null || answer === undefined) return silence(server, query, isReply, signal);
    if (answer instanceof Error) return Promise.reject(answer);
    const reply = answer(query);
    return isReply(reply) ? Promise.resolve(reply) : silence(server, query, isReply, signal);
  };
}

const noTcp: Exchange = () => assert.fail("no connection expected");

Deno.test("an answer tells records, code, server and flags", async () => {
  const log: string[] = [];
  const udp = servers(log, {
    "192.0.2.53:53": (query) => replyTo(query, { ...A1, flags: 0x8580 }),
  });
  const options = { servers: ["192.0.2.53"] };
  const { durationMs, ...result } = await queryBy({ udp, tcp: noTcp }, "A.test", options);
  assert.deepEqual(result, {
    name: "A.test",
    records: [{ name: "a.test", type: "A", ttl: 60, data: "192.0.2.1" }],
    rcode: "NOERROR",
    server: "192.0.2.53:53",
    protocol: "udp",
    truncated: false,
    authoritative: true,
  });
  assert.ok(durationMs >= 0);
});

Deno.test("that there is no such name is an answer, and final", async () => {
  const log: string[] = [];
  const udp = servers(log, { "192.0.2.1:53": (query) => replyTo(query, { flags: 0x8183 }) });
  const options = { servers: ["192.0.2.1", "192.0.2.2"] };
  const { rcode, records } = await queryBy({ udp, tcp: noTcp }, "a.test", options);
  assert.equal(rcode, "NXDOMAIN");
  assert.deepEqual(records, []);
  assert.deepEqual(log, ["192.0.2.1:53"]);
});

const failures: [string, Answer | Error | null, RegExp][] = [
  ["is silent", null, /192\.0\.2\.1:53 did not answer within 1ms/],
  ["answers SERVFAIL", (query) => replyTo(query, { flags: 0x8182 }), /answered SERVFAIL/],
  ["answers REFUSED", (query) => replyTo(query, { flags: 0x8185 }), /answered REFUSED/],
  ["answers an unknown code", (query) => replyTo(query, { flags: 0x818f }), /answered RCODE15/],
  ["answers nonsense", (query) => replyTo(query, A1).slice(0, -1), /is malformed: it is cut off/],
  ["refuses", new Deno.errors.ConnectionRefused("refused"), /connection refused/],
  ["is out of reach", new Error("unreachable (os error 101)"), /network unreachable/],
];
for (const [name, failure, message] of failures) {
  Deno.test(`the next server is asked when one ${name}`, async () => {
    const log: string[] = [];
    const udp = servers(log, {
      "192.0.2.1:53": failure,
      "192.0.2.2:53": (query) => replyTo(query, A1),
    });
    const options: QueryOptions = { servers: ["192.0.2.1", "192.0.2.2"], timeout: 1 };
    const { server } = await queryBy({ udp, tcp: noTcp }, "a.test", options);
    assert.equal(server, "192.0.2.2:53");
    assert.equal(log.at(-1), "192.0.2.2:53");

    const code = failure === null ? "dns_timeout" : "dns_failed";
    await assert.rejects(
      queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["192.0.2.1"], timeout: 1, attempts: 1 }),
      isNetError(code, "lookup", message),
    );
  });
}

Deno.test("of several failures the last one's code counts, and the message has all", async () => {
  const udp = servers([], {
    "192.0.2.1:53": new Deno.errors.ConnectionRefused("refused"),
    "[2001:db8::1]:5353": (query) => replyTo(query, { flags: 0x8182 }),
  });
  const options = { servers: ["192.0.2.1", "[2001:db8::1]:5353"] };
  await assert.rejects(queryBy({ udp, tcp: noTcp }, "a.test", options), (error) => {
    assert.ok(error instanceof NetError);
    assert.equal(error.code, "dns_failed");
    assert.equal(
      error.message,
      "lookup of a.test (A) failed: connect to 192.0.2.1:53 failed: connection refused; " +
        "[2001:db8::1]:5353 answered SERVFAIL",
    );
    return true;
  });
});

Deno.test("only silent servers are asked again, as often as attempts says", async () => {
  const log: string[] = [];
  const udp = servers(log, {
    "192.0.2.1:53": null,
    "192.0.2.2:53": (query) => replyTo(query, { flags: 0x8185 }),
    "192.0.2.3:53": null,
  });
  const options = {
    servers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
    timeout: "1ms",
    attempts: 3,
  };
  const failing = queryBy({ udp, tcp: noTcp }, "a.test", options);
  await assert.rejects(
    failing,
    isNetError("dns_timeout", "lookup", /1:53 did .*2:53 ans.*3:53 did/),
  );
  assert.deepEqual(log.map((server) => server.at(8)), ["1", "2", "3", "1", "3", "1", "3"]);
});

Deno.test("a cut datagram is asked for again over TCP, and a TCP query never by datagram", async () => {
  const cut: Answer = (query) => replyTo(query, { flags: 0x8380 });
  const whole: Answer = (query) => replyTo(query, A1);
  const udp = servers([], { "192.0.2.1:53": cut });
  const tcp = servers([], { "192.0.2.1:53": whole });
  const options: QueryOptions = { servers: ["192.0.2.1"] };
  const fallenBack = await queryBy({ udp, tcp }, "a.test", options);
  assert.deepEqual([fallenBack.protocol, fallenBack.records.length], ["tcp", 1]);
  const direct = await queryBy({ udp: noTcp, tcp }, "a.test", { ...options, protocol: "tcp" });
  assert.deepEqual([direct.protocol, direct.truncated], ["tcp", false]);
  const stillCut = await queryBy({ udp, tcp: udp }, "a.test", options);
  assert.equal(stillCut.truncated, true);
});

Deno.test("a datagram that was cut inside a record is asked for again, too", async () => {
  const udp = servers([], {
    "192.0.2.1:53": (query) => replyTo(query, { ...A1, flags: 0x8380 }).slice(0, -2),
  });
  const tcp = servers([], { "192.0.2.1:53": (query) => replyTo(query, A1) });
  const { protocol } = await queryBy({ udp, tcp }, "a.test", { servers: ["192.0.2.1"] });
  assert.equal(protocol, "tcp");
});

Deno.test("a server that doesn't know EDNS is asked without", async () => {
  const seen: number[] = [];
  const udp = servers([], {
    "192.0.2.1:53"(query) {
      seen.push(query[11]!);
      return replyTo(query, query[11] === 1 ? { flags: 0x8181 } : A1);
    },
  });
  const { records } = await queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["192.0.2.1"] });
  assert.equal(records.length, 1);
  assert.deepEqual(seen, [1, 0]);
});

const strangers: [string, Answer][] = [
  ["has another id", (query) => replyTo(query, A1).with(0, query[0]! ^ 1)],
  ["is a query", (query) => query],
  ["is of another kind", (query) => replyTo(query, { ...A1, flags: 0xa980 })],
  ["is about another name", (query) => idOf(query, { name: "b.test", type: "A" })],
  ["is about another type", (query) => idOf(query, { name: "a.test", type: "MX" })],
  ["repeats no question", (query) => idOf(query, null)],
  ["is too short to tell", (query) => query.slice(0, 11)],
];
for (const [name, stranger] of strangers) {
  Deno.test(`a message that ${name} isn't taken for the reply`, async () => {
    const udp = servers([], { "192.0.2.1:53": stranger });
    const options = { servers: ["192.0.2.1"], timeout: 1, attempts: 1 };
    await assert.rejects(
      queryBy({ udp, tcp: noTcp }, "a.test", options),
      isNetError("dns_timeout"),
    );
  });
}

function idOf(query: Uint8Array, question: TestMessage["question"] & object | null): Uint8Array {
  return encodeMessage({ ...A1, id: query[0]! << 8 | query[1]!, question });
}

Deno.test("a failure without the question is taken for the reply", async () => {
  const udp = servers([], {
    "192.0.2.1:53": (query) =>
      encodeMessage({ id: query[0]! << 8 | query[1]!, flags: 0x8182, question: null }),
  });
  await assert.rejects(
    queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["192.0.2.1"] }),
    isNetError("dns_failed", "lookup", /SERVFAIL/),
  );
});

Deno.test("each try has an id of its own, the question is sent as asked", async () => {
  const ids = new Set<number>();
  const udp = servers([], {
    "192.0.2.1:53"(query) {
      const { id, question } = decodeHead(query);
      ids.add(id);
      assert.deepEqual(question, { name: "_x._tcp.A.test", type: 33 });
      return replyTo(query);
    },
  });
  const options: QueryOptions = { rrtype: "SRV", servers: ["192.0.2.1"] };
  for (let i = 0; i < 20; i++) await queryBy({ udp, tcp: noTcp }, "_x._tcp.A.test.", options);
  assert.ok(ids.size > 15, `${ids.size} ids of 20 queries`);
});

Deno.test("an address is turned round for its PTR records, and refused for others", async () => {
  const names: unknown[] = [];
  const udp = servers([], {
    "192.0.2.1:53"(query) {
      names.push(decodeHead(query).question?.name);
      return replyTo(query);
    },
  });
  const options: QueryOptions = { rrtype: "PTR", servers: ["192.0.2.1"] };
  for (const host of ["192.0.2.17", "2001:db8::567:89ab", "x.test"]) {
    await queryBy({ udp, tcp: noTcp }, host, options);
  }
  assert.deepEqual(names, [
    "17.2.0.192.in-addr.arpa",
    "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "x.test",
  ]);
  await assert.rejects(
    queryBy({ udp, tcp: noTcp }, "192.0.2.17", { servers: ["192.0.2.1"] }),
    isNetError("address_invalid", undefined, /PTR records only, not A/),
  );
});

Deno.test("a failure of this process ends the query at once", async () => {
  const log: string[] = [];
  const udp = servers(log, { "192.0.2.1:53": new Error("out of files (os error 24)") });
  await assert.rejects(
    queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["192.0.2.1", "192.0.2.2"] }),
    isNetError("generator_saturated", "lookup", /^lookup of a\.test \(A\) failed: .*descriptors/),
  );
  assert.deepEqual(log, ["192.0.2.1:53"]);
});

Deno.test("an abort ends the query with its reason as the cause", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const log: string[] = [];
  const udp = servers(log, {});
  const { signal } = controller;
  const pending = queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["192.0.2.1"], signal });
  controller.abort(reason);
  for (
    const failing of [pending, queryBy({ udp, tcp: noTcp }, "a.test", { servers: ["::1"], signal })]
  ) {
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof NetError && error.code === "aborted");
      assert.equal(error.cause, reason);
      return true;
    });
  }
  assert.deepEqual(log, ["192.0.2.1:53"]);
});

Deno.test("servers are taken with and without a port", async () => {
  const log: string[] = [];
  const refuse: Answer = (query) => replyTo(query, { flags: 0x8185 });
  const known = ["192.0.2.1:53", "192.0.2.2:5353", "[2001:db8::1]:53", "[::1]:53", "[::2]:5353"];
  const udp = servers(log, Object.fromEntries(known.map((server) => [server, refuse])));
  const options = {
    servers: ["192.0.2.1", "192.0.2.2:5353", "2001:db8::1", "[::1]", "[::2]:5353"],
  };
  await assert.rejects(queryBy({ udp, tcp: noTcp }, "a.test", options), isNetError("dns_failed"));
  assert.deepEqual(log, known);
});
