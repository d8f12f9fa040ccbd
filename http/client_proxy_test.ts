import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { freePort } from "../internal/programs_for_tests.ts";
import { NetError, TCP } from "../net/mod.ts";
import { type Seen, startOrigin } from "./_origin_for_tests.ts";
import { connectProxy, socksProxy } from "./_proxies_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, type DialInfo } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

const ALICE = "Basic YWxpY2U6c2VjcmV0"; // alice:secret

Deno.test("http: through an HTTP proxy names the whole URL, on one kept connection", async () => {
  await using proxy = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const url = new URL(proxy.url);
  await using client = new Client({
    proxy: { url: `http://alice:secret@${url.host}`, headers: { "X-Proxy": "1" } },
  });
  for (const path of ["/a?b=1", "/c"]) {
    const response = await client.get(`http://target.invalid${path}`);
    assert.equal(await response.text(), "ok", response.error?.message);
    assert.equal(response.url, `http://target.invalid${path}`);
    assert.equal(response.remoteAddress?.port, Number(url.port), "the proxy's address");
  }
  assert.equal(proxy.connections, 1);
  const [first, second] = proxy.heads;
  assert.match(
    first!,
    /^GET http:\/\/target\.invalid\/a\?b=1 HTTP\/1\.1\r\nHost: target\.invalid\r\n/,
  );
  assert.match(second!, /^GET http:\/\/target\.invalid\/c HTTP\/1\.1\r\n/);
  for (const head of proxy.heads) {
    assert.equal(head.split(`\r\nProxy-Authorization: ${ALICE}`).length, 2);
    assert.match(head, /\r\nX-Proxy: 1(\r\n|$)/);
    assert.doesNotMatch(head, /CONNECT|\r\nAuthorization/i);
  }
});

Deno.test("a URL's userinfo is the target's, the proxy's URL has the proxy's", async () => {
  await using proxy = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  await using client = new Client({ proxy: proxy.url });
  await client.get("http://alice:secret@target.invalid:8080/");
  const [head] = proxy.heads;
  assert.match(
    head!,
    /^GET http:\/\/target\.invalid:8080\/ HTTP/,
    "no userinfo in the request line",
  );
  assert.match(head!, new RegExp(`\r\nAuthorization: ${ALICE}`));
  assert.doesNotMatch(head!, /Proxy-Authorization/i);
});

Deno.test("bodies go to an HTTP proxy as they would to the server", async () => {
  const bodies: string[] = [];
  await using proxy = rawServer(async (x) => {
    let body = x.rest;
    const length = Number(/content-length: (\d+)/i.exec(x.head)?.[1] ?? 0);
    const chunked = /chunked/.test(x.head);
    while (chunked ? !body.endsWith("0\r\n\r\n") : body.length < length) body += await x.receive();
    bodies.push(body);
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  await using client = new Client({ proxy: proxy.url });
  const large = "x".repeat(200_000);
  const stream = ReadableStream.from([new TextEncoder().encode("abc")]);
  for (const body of ["small", large, stream]) {
    assert.equal((await client.post("http://target.invalid/", { body })).status, 200);
  }
  assert.deepEqual(bodies, ["small", large, "3\r\nabc\r\n0\r\n\r\n"]);
  assert.equal(proxy.connections, 1);
});

Deno.test("what a proxy answers for itself is the response", async () => {
  await using proxy = rawServer((x) =>
    x.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
  );
  await using client = new Client({ proxy: proxy.url });
  assert.equal((await client.get("http://target.invalid/")).status, 407);
});

Deno.test("https: through an HTTP proxy takes a tunnel, whose credentials the target never sees", async () => {
  await using target = startOrigin(leaf);
  await using proxy = connectProxy(ALICE);
  await using client = new Client({ tls, proxy: `http://alice:secret@127.0.0.1:${proxy.port}` });
  for (const body of ["one", "two"]) {
    const response = await client.post(`https://${target.address}/p?q=1`, { body });
    const seen = await response.json() as Seen;
    assert.equal(seen.path, "/p?q=1");
    assert.equal(seen.body, body);
    assert.equal(seen.headers["proxy-authorization"], undefined);
  }
  assert.equal(proxy.asked.length, 1, "the tunnel is kept");
  assert.match(proxy.asked[0]!, new RegExp(`^CONNECT localhost:${target.port} HTTP/1.1\r\n`));
  assert.doesNotMatch(proxy.carried, /GET|POST|YWxpY2U6c2VjcmV0/, "all in the tunnel is encrypted");
});

Deno.test("a tunnel carries HTTP/2", async () => {
  await using target = startOrigin(leaf);
  await using proxy = connectProxy();
  await using client = new Client({ tls, version: 2, proxy: `127.0.0.1:${proxy.port}` });
  const responses = await Promise.all(
    Array.from({ length: 10 }, () => client.get(`https://${target.address}/`)),
  );
  for (const { protocol, error } of responses) assert.equal(protocol, "HTTP/2.0", error?.message);
  assert.equal(proxy.asked.length, 1);
});

Deno.test("a proxy that refuses fails the request in phase proxy", async () => {
  await using target = startOrigin(leaf);
  await using proxy = connectProxy(ALICE);
  await using client = new Client({ tls, proxy: `http://127.0.0.1:${proxy.port}` });
  const { status, error } = await client.get(`https://${target.address}/`);
  assert.deepEqual([status, error?.code, error?.phase], [0, "proxy_auth", "proxy"]);
  await using nobody = new Client({ proxy: `http://127.0.0.1:${freePort()}` });
  for (const scheme of ["http", "https"]) {
    const failed = await nobody.get(`${scheme}://${target.address}/`);
    assert.equal(failed.error?.code, "connection_refused");
  }
});

Deno.test("the target's certificate is checked behind a tunnel too", async () => {
  await using target = startOrigin(leaf);
  await using proxy = connectProxy();
  await using client = new Client({ proxy: `127.0.0.1:${proxy.port}` });
  const { error } = await client.get(`https://${target.address}/`);
  assert.equal(error?.code, "tls_certificate");
});

Deno.test("socks5 and socks5h tunnel http: and https:, with names resolved here or there", async () => {
  await using plain = startOrigin();
  await using secure = startOrigin(leaf);
  for (const [kind, host] of [["socks5", "127.0.0.1"], ["socks5h", "localhost"]] as const) {
    await using proxy = socksProxy();
    await using client = new Client({ tls, proxy: `${kind}://127.0.0.1:${proxy.port}` });
    for (const url of [`http://${plain.address}/a`, `https://${secure.address}/a`]) {
      const response = await client.get(url);
      const seen = await response.json() as Seen;
      assert.equal(seen.path, "/a", "origin-form: nobody but the target reads it");
    }
    assert.deepEqual(proxy.asked, [`${host}:${plain.port}`, `${host}:${secure.port}`]);
  }
});

Deno.test("dial makes the connection to the proxy, and the tunnel goes over it", async () => {
  await using plain = startOrigin();
  await using secure = startOrigin(leaf);
  await using connect = connectProxy();
  await using socks = socksProxy();
  for (const proxy of [`http://127.0.0.1:${connect.port}`, `socks5h://127.0.0.1:${socks.port}`]) {
    const dialed: [string, string, string, number][] = [];
    const dial = (address: string, { scheme, host, port }: DialInfo) => {
      dialed.push([address, scheme, host, port]);
      return TCP.open(address);
    };
    await using client = new Client({ tls, proxy, dial });
    const response = await client.get(`https://${secure.address}/a`);
    assert.equal((await response.json() as Seen).path, "/a", response.error?.message);
    const address = new URL(proxy).host;
    assert.deepEqual(dialed, [[address, "https", "localhost", secure.port]]);
    if (!proxy.startsWith("socks")) continue;
    assert.equal((await client.get(`http://${plain.address}/`)).status, 200);
  }
  assert.equal(connect.asked.length, 1);
  assert.equal(socks.asked.length, 2);
});

Deno.test("a proxy that refuses a tunnel over a dialed socket fails the request in phase proxy", async () => {
  const answers = {
    proxy_refused: "HTTP/1.1 403 No\r\n\r\n",
    proxy_auth: "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n",
  };
  for (const [code, answer] of Object.entries(answers)) {
    await using proxy = rawServer((x) => x.send(answer));
    await using client = new Client({ proxy: proxy.url, dial: (address) => TCP.open(address) });
    const { status, error } = await client.get("https://target.invalid/");
    assert.deepEqual([status, error?.code, error?.phase], [0, code, "proxy"], error?.message);
  }
});

Deno.test("an abort ends a tunnel over a dialed socket", async () => {
  const controller = new AbortController();
  await using proxy = rawServer(async (x) => {
    controller.abort(new Error("enough"));
    await x.receive();
  });
  await using client = new Client({ proxy: proxy.url, dial: (address) => TCP.open(address) });
  await assert.rejects(
    client.get("https://target.invalid/", { signal: controller.signal }),
    (error) => error instanceof NetError && error.code === "aborted" && error.phase === "proxy",
  );
});

Deno.test("a proxy's digest is answered over a socket that is dialed anew", async () => {
  const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
  await using proxy = rawServer((x) =>
    /\r\nProxy-Authorization: Digest /.test(x.head)
      ? x.send("HTTP/1.1 403 No\r\n\r\n")
      : x.send(`HTTP/1.1 407 Who\r\nProxy-Authenticate: ${challenge}\r\n\r\n`)
  );
  const { host } = new URL(proxy.url);
  await using client = new Client({
    proxy: `http://alice:secret@${host}`,
    dial: (address) => TCP.open(address),
  });
  const { error } = await client.get("https://target.invalid/");
  assert.equal(error?.code, "proxy_refused", error?.message);
  assert.equal(proxy.connections, 2);
});

Deno.test("an https: proxy is reached by TLS, and the tunnel to https: is TLS inside it", async () => {
  await using secure = startOrigin(leaf);
  await using tunnel = connectProxy();
  const front = TCP.listen({ tls: { ...leaf, alpn: [] } });
  const relaying: Promise<unknown>[] = [];
  const serving = (async () => {
    for await (const socket of front) {
      const inner = await TCP.open(`127.0.0.1:${tunnel.port}`);
      relaying.push(Promise.allSettled([
        socket.readable.pipeTo(inner.writable),
        inner.readable.pipeTo(socket.writable),
      ]));
    }
  })();
  try {
    const port = front.address.split(":").at(-1);
    await using client = new Client({ tls, proxy: { url: `https://localhost:${port}`, tls } });
    const response = await client.get(`https://${secure.address}/inner`);
    assert.equal(response.error, null, response.error?.message);
    assert.equal((await response.json() as Seen).path, "/inner");
    assert.match(tunnel.asked[0]!, new RegExp(`^CONNECT localhost:${secure.port} `));
    assert.doesNotMatch(tunnel.carried, /GET/, "the target's TLS is inside the proxy's");
  } finally {
    front.close();
    await serving;
    await Promise.all(relaying);
  }
});

Deno.test('proxy: "env" without the permission to read the environment says which', async () => {
  await using client = new Client({ proxy: "env" });
  const { error } = await client.get("http://127.0.0.1:1/");
  assert.deepEqual([error?.code, error?.phase], ["permission_denied", "proxy"]);
  assert.match(error!.message, /--allow-env=http_proxy,HTTP_PROXY/);
});

Deno.test('proxy: "env" takes the scheme\'s variable and heeds no_proxy', async () => {
  await using proxy = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy"));
  await using direct = rawServer((x) =>
    x.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect")
  );
  const script = `import { Client } from ${JSON.stringify(import.meta.resolve("./mod.ts"))};
await using client = new Client({ proxy: "env" });
for (const url of Deno.args) console.log(await (await client.get(url)).text());`;
  const run = new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env", "--ext=ts"],
      ...["data:application/typescript," + encodeURIComponent(script)],
      ...["http://target.invalid/", `${direct.url}/`],
    ],
    cwd: new URL("..", import.meta.url),
    env: { "HTTP_PROXY": proxy.url, "HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1" },
  });
  const { stdout, stderr } = await run.output();
  assert.equal(
    new TextDecoder().decode(stdout),
    "proxy\ndirect\n",
    new TextDecoder().decode(stderr),
  );
});
