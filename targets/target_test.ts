import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { reachable } from "./_address.ts";
import { startTarget, TargetError } from "./mod.ts";

Deno.test("a target listens on a free loopback port by default", async () => {
  await using one = startTarget();
  await using two = startTarget();
  assert.notEqual(one.port, two.port);
  assert.equal(one.url, `http://127.0.0.1:${one.port}`);
});

Deno.test("a target's URL reaches it on wildcard and IPv6 addresses too", () => {
  const table: [string, string][] = [
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
    ["localhost", "localhost"],
    ["::", "[::1]"],
    ["[::]", "[::1]"],
    ["::1", "[::1]"],
    ["[fe80::1]", "[fe80::1]"],
  ];
  for (const [hostname, host] of table) assert.equal(reachable(hostname), host);
});

Deno.test("shutdown ends delays and streams under way, and can be called again", async () => {
  const target = startTarget();
  const slow = fetch(`${target.url}/delay/60`);
  const events = await fetch(`${target.url}/sse?count=100&delay_ms=10000`);
  const reader = events.body!.getReader();
  assert.equal((await reader.read()).done, false);
  await fetch(`${target.url}/`).then((response) => response.text());
  await Promise.all([target.shutdown(), slow.then((r) => r.body?.cancel()), drain(reader)]);
  await target.shutdown();
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: target.port }));
});

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

Deno.test("a port that is taken is an error with a code", async () => {
  await using target = startTarget();
  assert.throws(() => startTarget({ port: target.port }), (error) => {
    assert.ok(error instanceof TargetError);
    assert.equal(error.code, "address_in_use");
    assert.equal(error.message, `can't listen on 127.0.0.1:${target.port}`);
    return true;
  });
});

for (const port of [-1, 65_536, 1.5, NaN]) {
  Deno.test(`port ${port} is refused`, () => {
    assert.throws(() => startTarget({ port }), OptionError);
  });
}
