import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { bytes, connectPair, isNetError, text } from "./_sockets_for_tests.ts";
import { TCP } from "./tcp.ts";
import type { TcpOptions } from "./tcp_options.ts";

Deno.test("TCP.open() connects, and its timings are there", async () => {
  await using pair = await connectPair();
  assert.equal(pair.client.kind, "tcp");
  assert.equal(pair.client.active, true);
  assert.equal(pair.client.timings.lookupMs, 0, "an IP address needs no lookup");
  assert.ok(pair.client.timings.connectMs > 0);
  await pair.client.write(bytes("ping"));
  assert.equal(text(await pair.peer.read()), "ping");
});

Deno.test("TCP.open() refuses an option that doesn't exist and names the nearest", async () => {
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ keepalive: true }, "keepalive", /has no option keepalive: did you mean keepAlive$/],
    [{ zzz: 1 }, "zzz", /it has ipVersion, keepAlive, .*, eventHandlers$/],
    [{ keepAlive: 1 }, "keepAlive", /keepAlive must be true or false: 1/],
    [{ noDelay: "no" }, "noDelay", /noDelay must be true or false: no/],
    [{ ipVersion: 5 }, "ipVersion", /ipVersion must be 0, 4 or 6: 5/],
    [{ ipVersion: 6 }, "ipVersion", /ipVersion 6 does not fit the address 127\.0\.0\.1:9/],
    [{ connectTimeoutMs: 0 }, "connectTimeoutMs", /must be above 0/],
    [{ connectTimeoutMs: NaN }, "connectTimeoutMs", /must be above 0/],
    [{ connectTimeoutMs: 2 ** 31 }, "connectTimeoutMs", /at most 2147483647: 2147483648/],
    [{ connectTimeoutMs: "1s" }, "connectTimeoutMs", /must be above 0/],
    [{ signal: {} }, "signal", /must be an AbortSignal/],
  ];
  for (const [options, name, message] of cases) {
    await assert.rejects(TCP.open("127.0.0.1:9", options as TcpOptions), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, name);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("TCP.open() refuses a bad address before it does anything", async () => {
  await assert.rejects(TCP.open("localhost"), isNetError("address_invalid"));
  await assert.rejects(TCP.open("http://localhost:80/"), isNetError("address_invalid"));
});
