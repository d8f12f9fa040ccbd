import assert from "node:assert/strict";
import { run } from "@downpour/downpour";

Deno.test("a client in every iteration, as the design document's examples have it, leaks no connection", async () => {
  let open = 0;
  let most = 0;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("ok"),
  );
  // A proxy of bytes in front, as the server itself doesn't tell its connections.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const forwarding: Promise<unknown>[] = [];
  const accepting = (async () => {
    for await (const client of listener) {
      most = Math.max(most, ++open);
      const upstream = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
      forwarding.push(
        Promise.allSettled([
          client.readable.pipeTo(upstream.writable),
          upstream.readable.pipeTo(client.writable),
        ]).then(() => open--),
      );
    }
  })();
  const folder = await Deno.makeTempDir();
  const script = `${folder}/load.ts`;
  await Deno.writeTextFile(
    script,
    `import { Client } from "k6/x/net/http";
     export default async function () {
       const client = new Client();
       const response = await client.get("http://127.0.0.1:${listener.addr.port}/");
       if (response.status !== 200) throw response.error;
     }`,
  );
  const result = await run(script, { options: { vus: 3, iterations: 60 }, shards: 1 });
  listener.close();
  await accepting;
  await Promise.all(forwarding);
  await Deno.remove(folder, { recursive: true });
  assert.equal(result.iterations.completed, 60);
  assert.equal(result.iterations.thrown, 0);
  const reqs = result.metrics.select("http_reqs");
  assert.deepEqual(reqs, { type: "counter", total: 60 });
  assert(most < 30, `${most} connections at once`);
  assert.equal(open, 0);
});
