import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { replyTo } from "./_messages_for_tests.ts";
import { startServer, type TestServer } from "./_servers_for_tests.ts";
import type { QueryEventHandlers, QueryEvents } from "./query_events.ts";
import type { Exchange } from "./exchange.ts";
import { query, queryBy } from "./query.ts";
import { resolve } from "./resolve.ts";
import { createLookup } from "./resolver.ts";

const RECORD = { name: "a.test", type: "A", ttl: 60, data: "192.0.2.1" } as const;

/** A reply with flags, and with the record where they tell of no failure. */
function replyWith(query: Uint8Array, flags: number): Uint8Array {
  return replyTo(query, flags === 0x8180 ? { answers: [RECORD] } : { flags });
}

function answering(flags: number): TestServer {
  return startServer({ udp: (query) => [replyWith(query, flags)] });
}

/** Listeners that note what they are told, in order; how long it took is checked and left out. */
function noting(told: unknown[]): QueryEventHandlers {
  return {
    queryStart: (event) => told.push({ ...event }),
    queryEnd({ durationMs, error, ...event }: QueryEvents["queryEnd"]) {
      assert.ok(durationMs >= 0);
      told.push({ ...event, code: error?.code ?? null });
    },
  };
}

Deno.test("each server that is asked is told of, and what came of it", async () => {
  const flags: Record<string, number> = { "192.0.2.1:53": 0x8182, "192.0.2.3:53": 0x8180 };
  const udp: Exchange = ({ host, port }, query, _isReply, signal) => {
    const answer = flags[`${host}:${port}`];
    if (answer !== undefined) return Promise.resolve(replyWith(query, answer));
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const told: unknown[] = [];
  const servers = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  const options = { servers, timeout: 1, eventHandlers: noting(told) };
  await queryBy({ udp, tcp: udp }, "A.test", options);
  const [first, second, third] = servers.map((ip) => {
    return { server: `${ip}:53`, name: "A.test", type: "A" };
  });
  assert.deepEqual(told, [
    first,
    { ...first, protocol: "udp", rcode: "SERVFAIL", records: [], code: "dns_failed" },
    second,
    { ...second, protocol: null, rcode: null, records: [], code: "dns_timeout" },
    third,
    { ...third, protocol: "udp", rcode: "NOERROR", records: [RECORD], code: null },
  ]);
});

Deno.test("that there is no such host is an answer; a repeated question over TCP is one", async () => {
  using unknown = answering(0x8183);
  using cutting = startServer({
    udp: (query) => [replyTo(query, { flags: 0x8380 })],
    tcp: (query) => {
      const reply = replyTo(query, { answers: [RECORD] });
      return Uint8Array.of(reply.length >> 8, reply.length & 0xff, ...reply);
    },
  });
  const told: { rcode?: string; protocol?: string; code?: null }[] = [];
  const eventHandlers = noting(told);
  await assert.rejects(
    resolve("a.test", { servers: [unknown.address], eventHandlers }),
    isNetError("dns_not_found"),
  );
  await query("a.test", { servers: [cutting.address], eventHandlers });
  assert.deepEqual(
    told.filter(({ rcode }) => rcode !== undefined)
      .map(({ rcode, protocol, code }) => [rcode, protocol, code]),
    [["NXDOMAIN", "udp", null], ["NOERROR", "tcp", null]],
  );
  assert.equal(told.length, 4);
});

Deno.test("a lookup function tells of its queries, not of what it has kept", async () => {
  using server = answering(0x8180);
  const types: string[] = [];
  const lookup = createLookup({
    servers: [server.address],
    eventHandlers: { queryEnd: ({ type }) => types.push(type) },
  });
  const info = { port: 80, family: 0, signal: new AbortController().signal } as const;
  await lookup("a.test", info);
  await lookup("a.test", info);
  assert.deepEqual(types.sort(), ["A", "AAAA"]);
});

Deno.test("a listener that throws fails the query, and no other server is asked", async () => {
  using server = answering(0x8180);
  using other = answering(0x8180);
  const servers = [server.address, other.address];
  for (const event of ["queryStart", "queryEnd"]) {
    const eventHandlers = {
      [event]() {
        throw new RangeError("in the listener");
      },
    };
    await assert.rejects(query("a.test", { servers, eventHandlers }), /^RangeError: in the list/);
  }
  assert.equal(other.asked.udp, 0);
});

Deno.test("a query that is aborted is told of as ended, too", async () => {
  const controller = new AbortController();
  using silent = startServer({
    udp() {
      controller.abort();
      return [];
    },
  });
  const told: { code?: string }[] = [];
  const { signal } = controller;
  const options = { servers: [silent.address], signal, eventHandlers: noting(told) };
  await assert.rejects(query("a.test", options), isNetError("aborted", "lookup"));
  assert.equal(told.at(-1)?.code, "aborted");
});

Deno.test("listeners are checked: their events, and that they are functions", async () => {
  const wrong: [unknown, RegExp][] = [
    [{ queryStrat: () => {} }, /a query has no event queryStrat: did you mean queryStart$/],
    [{ lookup: () => {} }, /a query has no event lookup: one of queryStart, queryEnd$/],
    [{ queryEnd: 1 }, /the listener of queryEnd is not a function: 1$/],
    [() => {}, /eventHandlers must be an object: /],
    [null, /eventHandlers must be an object: null$/],
  ];
  for (const [handlers, message] of wrong) {
    const isOptionError = (error: unknown) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    };
    const options = { servers: ["127.0.0.1:9"], eventHandlers: handlers as QueryEventHandlers };
    await assert.rejects(query("a.test", options), isOptionError);
    assert.throws(() => createLookup(options), isOptionError);
  }
  assert.throws(
    () => createLookup({ eventHandlers: {} }),
    /eventHandlers goes with servers: the system's resolver doesn't tell of its queries$/,
  );
});
