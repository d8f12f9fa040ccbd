import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { freePort, programTest, startProgram } from "../../internal/programs_for_tests.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { TCP } from "../../net/mod.ts";
import { Client } from "../mod.ts";

// What k6's users asked for about TLS and versions of HTTP, by the numbers of k6's issues.

const authority = await makeAuthority();
const caCerts = [authority.cert];

function serveTls(leaf: { cert: string; key: string }) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} }, () => {
    return new Response("secret");
  });
}

Deno.test("k6 #936: each client says which versions of HTTP it speaks", async () => {
  await using server = serveTls(await authority.issue(["DNS:localhost"]));
  const url = `https://localhost:${server.addr.port}/`;
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    for (const [version, protocol] of [[1.1, "HTTP/1.1"], [2, "HTTP/2.0"]] as const) {
      await using client = new Client({ version, tls: { caCerts } });
      assert.equal((await client.get(url)).protocol, protocol);
    }
  });
  for (const proto of ["HTTP/1.1", "HTTP/2.0"]) {
    assert.deepEqual(registry.select("http_reqs", { proto }), { type: "counter", total: 1 });
  }
});

Deno.test("k6 #970 #2348: HTTP/2 without TLS, by prior knowledge", async () => {
  const server = createServer((_, response) => response.end("clear"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  {
    await using client = new Client({ version: [2] });
    const response = await client.get(`http://127.0.0.1:${port}/`);
    assert.deepEqual([response.protocol, await response.text()], ["HTTP/2.0", "clear"]);
  }
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("k6 #2779: the name to ask for and to check isn't that of the URL", async () => {
  await using server = serveTls(await authority.issue(["DNS:shop.internal"]));
  const url = `https://127.0.0.1:${server.addr.port}/`;
  await using named = new Client({ tls: { caCerts, serverName: "shop.internal" } });
  const response = await named.get(url);
  assert.deepEqual([response.status, response.socket?.tls?.serverName], [200, "shop.internal"]);
  await using plain = new Client({ tls: { caCerts } });
  assert.deepEqual([(await plain.get(url)).errorCode], [1311]);
});

Deno.test("k6 #2779: a certificate is judged by the script", async () => {
  const stranger = await makeAuthority("nobody's friend");
  await using server = serveTls(await stranger.issue(["DNS:elsewhere"]));
  const url = `https://localhost:${server.addr.port}/`;
  const pinned = (fingerprint: string) =>
    new Client({
      throw: true,
      dial: async (address) => {
        const socket = await TCP.open(address, { tls: { insecureSkipVerify: true } });
        const found = socket.tls!.peerCertificate!.fingerprint256;
        if (found === fingerprint) return socket;
        socket.close();
        throw new Error(`the certificate is another one: ${found}`);
      },
    });
  await using wrong = pinned("00:11");
  const refusal: Error = await wrong.get(url).then(() => assert.fail("sent"), (error) => error);
  assert.match(refusal.message, /the certificate is another one: ([0-9A-F:]{95})$/);
  await using right = pinned(refusal.message.slice(-95));
  assert.equal((await right.get(url)).status, 200);
});

Deno.test("k6 #3021: no TLS session is resumed, and nothing says that one was", async () => {
  await using server = serveTls(await authority.issue(["DNS:localhost"]));
  const tls = { caCerts, details: true };
  await using client = new Client({ tls, version: 1.1, noConnectionReuse: true });
  for (let i = 0; i < 2; i++) {
    const { socket, timings } = await client.get(`https://localhost:${server.addr.port}/`);
    assert.deepEqual([socket?.tls?.session, socket?.tls?.resumed], [null, false]);
    assert(timings.tls_handshaking > 0);
  }
});

await programTest(
  ["openssl"],
  "k6 #2186 #4915: each virtual user, and each request, may have a certificate of its own",
  async () => {
    const server = await authority.issue(["DNS:localhost"]);
    const files = { "ca.pem": authority.cert, "cert.pem": server.cert, "key.pem": server.key };
    const port = freePort();
    // Its page shows the client's certificate.
    const command = `cd "$0" && exec openssl s_server -accept 127.0.0.1:${port} -www ` +
      "-cert cert.pem -key key.pem -CAfile ca.pem -Verify 1";
    await using _program = await startProgram(command, files, async (program) => {
      return (await program.output()).includes("ACCEPT");
    });
    await using base = new Client({ noConnectionReuse: true });
    for (const name of ["alice", "bob"]) {
      const own = await authority.issue([`DNS:${name}`]);
      await using client = base.extend({ tls: { caCerts, ...own } });
      const response = await client.get(`https://localhost:${port}/`);
      assert.match(await response.text(), new RegExp(`DNS:${name}\\b`));
    }
  },
);
