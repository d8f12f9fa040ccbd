import assert from "node:assert/strict";
import { freePort } from "../../internal/programs_for_tests.ts";
import { backoffWaits, connectRpc, isLoopback, parseAddress } from "./connect.ts";

Deno.test("waits double up to the longest, and spread by a quarter", () => {
  const take = (random: number): number[] => {
    const waits = backoffWaits({ firstMs: 20, mostMs: 100 }, () => random);
    return Array.from({ length: 5 }, () => waits.next().value);
  };
  assert.deepEqual(take(0), [20, 40, 80, 100, 100]);
  assert.deepEqual(take(1), [15, 30, 60, 75, 75]);
});

Deno.test("an address is host and port", () => {
  assert.deepEqual(parseAddress("127.0.0.1:9999"), { hostname: "127.0.0.1", port: 9999 });
  assert.deepEqual(parseAddress("localhost:1"), { hostname: "localhost", port: 1 });
  assert.deepEqual(parseAddress("[::1]:65535"), { hostname: "::1", port: 65535 });
  for (const wrong of ["", "9999", ":9999", "a:0", "a:65536", "::1:99", "a b:1", "a:1/x", "a:-1"]) {
    assert.throws(() => parseAddress(wrong), { code: "rpc_address_invalid" }, wrong);
  }
});

Deno.test("this machine is told from others", () => {
  for (const host of ["localhost", "127.0.0.1", "127.255.0.1", "::1", "0:0:0:0:0:0:0:1"]) {
    assert(isLoopback(host), host);
  }
  for (
    const host of ["10.0.0.1", "0.0.0.0", "::", "127.example", "example.com", "::ffff:10.0.0.1"]
  ) {
    assert(!isLoopback(host), host);
  }
});

Deno.test("85: where nothing listens it is given up when the time is over", async () => {
  const address = `127.0.0.1:${freePort()}`;
  await assert.rejects(connectRpc(address, { backoff: { firstMs: 1, timeoutMs: 20 } }), {
    code: "rpc_unreachable",
    phase: "connect",
    message: /nothing listens on 127\.0\.0\.1:\d+ after 0\.02 s: /,
  });
});

Deno.test("connecting can be given up", async () => {
  const stop = new AbortController();
  const connecting = connectRpc(`127.0.0.1:${freePort()}`, { signal: stop.signal });
  stop.abort();
  await assert.rejects(connecting, { code: "rpc_aborted" });
});

Deno.test("a server that comes late is found", async () => {
  const port = freePort();
  const connecting = connectRpc(`127.0.0.1:${port}`, { backoff: { firstMs: 5 } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const accepted = listener.accept();
  await using client = await connecting;
  (await accepted).close();
  assert.equal((await client.closed).code, "rpc_closed");
});
