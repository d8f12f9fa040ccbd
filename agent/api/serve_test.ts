import assert from "node:assert/strict";
import { makeSelfSigned } from "../../internal/certs_for_tests.ts";
import { type Listening, serve, type Service } from "./serve.ts";

const BODY_BYTES = 4 * 1024 * 1024;

function started(service: Partial<Service>, tls: { cert: string; key: string } | null): Listening {
  const security = { token: null, hosts: null, maxFailures: 10, lockoutMs: 1000 };
  return serve({ hostname: "127.0.0.1", port: 0, tls, ...security }, {
    answer: () => Promise.resolve(new Response()),
    closing: new AbortController(),
    ...service,
  });
}

Deno.test("a server is closed though a peer never ends its handshake", async () => {
  const { cert, key } = await makeSelfSigned("localhost");
  const server = started({}, { cert, key });
  const silent = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await server.close();
  silent.close();
});

Deno.test("an answer that is given while its server is closed arrives whole", async () => {
  for (let n = 0; n < 20; n++) {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const answer = async () => {
      asked.resolve();
      await closed.promise;
      return new Response(new Uint8Array(BODY_BYTES));
    };
    const server = started({ answer }, null);
    const body = fetch(server.url).then((response) => response.bytes());
    await asked.promise;
    const closing = server.close();
    closed.resolve();
    assert.equal((await body).length, BODY_BYTES);
    await closing;
  }
});

Deno.test("a body that still comes holds up no closing", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = () => {
    asked.resolve();
    return Promise.resolve(new Response(null, { status: 413 }));
  };
  const server = started({ answer }, null);
  using peer = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await peer.write(
    new TextEncoder().encode("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nsome"),
  );
  await asked.promise;
  await server.close();
});
