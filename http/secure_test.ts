import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { IPC, NetError, TCP } from "../net/mod.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { Client } from "./client.ts";
import { OptionError } from "../internal/mod.ts";
import { HttpError } from "./errors.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const caCerts = [authority.cert];

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

function serveTls(handler: (request: Request) => Response): Server {
  const server = Deno.serve({
    ...{ hostname: "127.0.0.1", port: 0, cert: leaf.cert, key: leaf.key },
    onListen() {},
  }, handler);
  const { port } = server.addr;
  return {
    port,
    url: `https://localhost:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("https: goes over TLS with the host's name, and is timed", async () => {
  await using server = serveTls((request) => new Response(new URL(request.url).pathname));
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ tls: { caCerts }, version: 1.1 });
    for (const path of ["/a", "/b"]) {
      const response = await client.get(server.url + path);
      assert.equal(await response.text(), path, response.error?.message);
      assert.equal(response.timings.tls_handshaking > 0, path === "/a");
      assert.equal(response.socket?.tls?.alpn, "http/1.1");
    }
  });
  const sockets = registry.select("net_sockets", { kind: "tcp" });
  assert.deepEqual(sockets, { type: "counter", total: 1 }, "one connection for both");
});

Deno.test("samples over TLS have its version, where its engine tells it", async () => {
  await using server = serveTls(() => new Response("x"));
  const registry = new Registry();
  const versions: (string | null)[] = [];
  await runInContext(newContext(registry), async () => {
    for (const more of [{ details: true }, { maxVersion: "TLSv1.2" }, {}] as const) {
      await using client = new Client({ tls: { caCerts, ...more } });
      for (let i = 0; i < 2; i++) versions.push((await client.get(server.url)).tlsVersion);
    }
  });
  assert.deepEqual(versions, ["TLSv1.3", "TLSv1.3", "TLSv1.2", "TLSv1.2", null, null]);
  const tags = [...registry.series("http_req_duration")].map(({ tags }) => tags.get("tls_version"));
  assert.deepEqual(tags, ["tls1.3", "tls1.2", undefined]);
});

Deno.test("a certificate that isn't trusted fails the request with k6's code", async () => {
  await using server = serveTls(() => new Response(""));
  await using client = new Client();
  const response = await client.get(server.url);
  assert.equal(response.status, 0);
  assert.ok(response.error instanceof NetError);
  assert.deepEqual([response.error.code, response.error.phase], ["tls_certificate", "tls"]);
  assert.equal(response.errorCode, 1310);
});

Deno.test("dial may secure the socket itself", async () => {
  await using server = serveTls(() => new Response("here"));
  await using client = new Client({
    dial: (address) => TCP.open(address, { tls: { alpn: ["http/1.1"], caCerts } }),
  });
  assert.equal(await (await client.get(server.url)).text(), "here");
});

Deno.test("a TLS socket for http:, and a version that isn't wanted, are refused by name", async () => {
  await using server = TCP.listen({ tls: { ...leaf, alpn: ["h2"] } });
  const port = server.address.split(":")[1];
  const accepting = (async () => {
    for await (const socket of server) socket.read().catch(() => {}).finally(() => socket.close());
  })();
  {
    await using client = new Client({
      dial: () => TCP.open(`localhost:${port}`, { tls: { caCerts } }),
      throw: true,
    });
    const refused = (error: unknown) =>
      error instanceof HttpError && /dial gave a TLS socket: write https$/.test(error.message);
    await assert.rejects(client.get(`http://localhost:${port}/`), refused);
  }
  {
    await using client = new Client({ tls: { caCerts, alpn: ["h2"] }, version: 1.1, throw: true });
    const refused = (error: unknown) =>
      error instanceof HttpError && /h2 was agreed on/.test(error.message);
    await assert.rejects(client.get(`https://localhost:${port}/`), refused);
  }
  server.close();
  await accepting;
});

Deno.test("http and https to one port are different connections", async () => {
  await using server = serveTls(() => new Response("secret"));
  await using client = new Client({ tls: { caCerts } });
  assert.equal((await client.get(server.url)).status, 200);
  const plain = await client.get(`http://localhost:${server.port}/`);
  assert.notEqual(plain.status, 200, "the open TLS connection must not carry it");
});

Deno.test("a redirect from http to https is followed, without the credentials", async () => {
  await using secure = serveTls((request) => new Response(request.headers.get("authorization")));
  await using plain = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.redirect(`${secure.url}/there`),
  );
  await using client = new Client({
    tls: { caCerts },
    headers: { authorization: "Bearer x" },
  });
  const response = await client.get(`http://127.0.0.1:${plain.addr.port}/`);
  assert.equal(response.status, 200);
  assert.equal(response.url, `${secure.url}/there`);
  assert.equal(await response.text(), "");
});

Deno.test("HTTP goes over a Unix socket, which connects in no time", async () => {
  const path = await Deno.makeTempFile();
  await Deno.remove(path);
  await using _server = Deno.serve(
    { path, onListen() {} },
    (request) => new Response(request.headers.get("host")),
  );
  await using client = new Client({ dial: () => IPC.open(path) });
  const response = await client.get("http://unix/get");
  assert.equal(await response.text(), "unix");
  assert.equal(client.socket?.file?.path, path);
});

Deno.test("tls options are checked when the client is made", () => {
  assert.throws(
    () => new Client({ tls: { alnp: ["h2"] } as Record<string, unknown> }),
    OptionError,
  );
});
