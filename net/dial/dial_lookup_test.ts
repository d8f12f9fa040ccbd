import assert from "node:assert/strict";
import { dialName, dialTo, finds, listenOn, peerOf } from "./_dial_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import type { LookupFunction } from "../dns/lookup.ts";
import { NetError } from "../errors.ts";
import type { LookupEvent } from "../socket.ts";

Deno.test("a lookup function is asked for name, port and family, and its result decides", async () => {
  using server = listenOn();
  const asked: unknown[] = [];
  const lookup: LookupFunction = async (hostname, { port, family, signal }) => {
    asked.push([hostname, port, family, signal.aborted]);
    return await Promise.resolve("127.0.0.1");
  };
  for (const ipVersion of [0, 4] as const) {
    const peer = await peerOf(dialName({ lookup, ipVersion }, server.port));
    assert.equal(peer, `127.0.0.1:${server.port}`);
  }
  assert.deepEqual(asked, [0, 4].map((family) => ["some.test", server.port, family, false]));
});

Deno.test("a lookup function may send a name to another port", async () => {
  using server = listenOn();
  for (const entry of [`127.0.0.1:${server.port}`, { address: "127.0.0.1", port: server.port }]) {
    assert.equal(await peerOf(dialName({ lookup: finds(entry) })), `127.0.0.1:${server.port}`);
  }
});

Deno.test("a lookup function is not asked for an IP address", async () => {
  using server = listenOn();
  const lookup = () => assert.fail("asked");
  const target = { host: "127.0.0.1", port: server.port };
  assert.equal(
    await peerOf(dialTo(target, { lookup, onLookup: lookup })),
    `127.0.0.1:${server.port}`,
  );
});

Deno.test("a lookup function that finds nothing is dns_not_found, whatever the system knows", async () => {
  for (const result of [null, undefined, []]) {
    await assert.rejects(
      dialTo({ host: "localhost", port: 9 }, { lookup: finds(result) }),
      isNetError("dns_not_found", "lookup", /^lookup of localhost failed: /),
    );
  }
});

Deno.test("addresses of the family that isn't asked for are left out", async () => {
  using server = listenOn();
  const lookup = finds(["::1", "127.0.0.1"]);
  let addresses: readonly string[] = [];
  const onLookup = (event: LookupEvent) => addresses = event.addresses;
  await peerOf(dialName({ lookup, ipVersion: 4, onLookup }, server.port));
  assert.deepEqual(addresses, ["127.0.0.1"]);
  await assert.rejects(
    dialName({ lookup: finds("127.0.0.1"), ipVersion: 6 }),
    isNetError("dns_not_found", "lookup", /^lookup of some\.test failed: .*no IPv6 address$/),
  );
});

Deno.test("a lookup function's NetError passes through, anything else is dns_failed", async () => {
  const own = new NetError("dns_timeout", "no server answered", { phase: "lookup" });
  await assert.rejects(dialName({ lookup: () => Promise.reject(own) }), (error) => error === own);
  const cause = new Error("no such file");
  const throwing = () => {
    throw cause;
  };
  for (const lookup of [() => Promise.reject(cause), throwing]) {
    await assert.rejects(dialName({ lookup }), (error) => {
      isNetError("dns_failed", "lookup", /^lookup of some\.test failed: .*no such file/)(error);
      return (error as Error).cause === cause;
    });
  }
  await assert.rejects(
    dialName({ lookup: finds("not an address") }),
    isNetError("dns_failed", "lookup", /not an address/),
  );
});

Deno.test("a lookup function that hangs ends with the limit, and hears of it", async () => {
  let heard: AbortSignal | undefined;
  const lookup: LookupFunction = (_, { signal }) => {
    heard = signal;
    return new Promise(() => {});
  };
  await assert.rejects(
    dialName({ lookup, connectTimeoutMs: 20 }),
    isNetError("dns_timeout", "lookup", /^lookup of some\.test failed: timed out after 20ms$/),
  );
  assert.equal(heard?.aborted, true);
});

Deno.test("a signal ends a lookup function that hangs, and that it fails later is no matter", async () => {
  const controller = new AbortController();
  const late = Promise.withResolvers<string>();
  const lookup = () => {
    queueMicrotask(() => controller.abort());
    return late.promise;
  };
  await assert.rejects(
    dialName({ lookup, signal: controller.signal }),
    isNetError("aborted", "lookup", /^lookup of some\.test aborted$/),
  );
  late.reject(new Error("late"));
});

Deno.test("onLookup tells the addresses in the order in which they are tried", async () => {
  using server = listenOn();
  const events: LookupEvent[] = [];
  const lookup = finds(["127.0.0.1", "127.0.0.2", "::1"]);
  const { conn, timings } = await dialName(
    { lookup, onLookup: (event) => events.push(event) },
    server.port,
  );
  conn.close();
  const addresses = ["127.0.0.1", "::1", "127.0.0.2"];
  assert.deepEqual(events, [{ host: "some.test", addresses, durationMs: timings.lookupMs }]);
});

Deno.test("onLookup hears of the system's lookups too", async () => {
  using server = listenOn();
  const events: LookupEvent[] = [];
  const target = { host: "localhost", port: server.port };
  await peerOf(dialTo(target, { ipVersion: 4, onLookup: (event) => events.push(event) }));
  assert.deepEqual(events.map(({ addresses }) => addresses), [["127.0.0.1"]]);
});
