import assert from "node:assert/strict";
import { freePort } from "../../internal/programs_for_tests.ts";
import { backoffWaits, connectRpc } from "./connect.ts";

Deno.test("waits double up to the longest, and spread by a quarter", () => {
  const take = (random: number): number[] => {
    const waits = backoffWaits({ firstMs: 20, mostMs: 100 }, () => random);
    return Array.from({ length: 5 }, () => waits.next().value);
  };
  assert.deepEqual(take(0), [20, 40, 80, 100, 100]);
  assert.deepEqual(take(1), [15, 30, 60, 75, 75]);
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
