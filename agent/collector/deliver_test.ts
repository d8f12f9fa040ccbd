import assert from "node:assert/strict";
import { httpDeliverer } from "./deliver.ts";

Deno.test("a batch that is on its way when time is up may be at the collector", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const over = new AbortController();
  const url = `http://127.0.0.1:${listener.addr.port}/push/job`;
  await using deliverer = httpDeliverer({ url, insecure: false, token: null, requestMs: 60_000 });
  const delivering = deliverer.deliver("key", new TextEncoder().encode("[]"), over.signal);
  using conn = await listener.accept();
  assert.ok(await conn.read(new Uint8Array(1024)));
  over.abort();
  const delivery = await delivering;
  assert.ok(delivery.kind === "failed", delivery.kind);
  assert.equal(delivery.uncertain, true);
});
