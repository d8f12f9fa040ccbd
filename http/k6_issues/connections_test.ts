import assert from "node:assert/strict";
import { type Clock, IPC, type LookupFunction, TCP, throttle } from "../../net/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { startOrigin } from "../_origin_for_tests.ts";
import { connectProxy } from "../_proxies_for_tests.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { Client, type Dial } from "../mod.ts";

// What k6's users asked for about connections, by the numbers of k6's issues.

/** Answers with the number of the connection. */
const numbered = () =>
  rawServer((x) => x.send(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${x.connection}`));

/** Answers with a word. */
const saying = (word: string) =>
  rawServer((x) => x.send(`HTTP/1.1 200 OK\r\nContent-Length: ${word.length}\r\n\r\n${word}`));

const dialWith = (lookup: LookupFunction): Dial => (address, { connectTimeoutMs }) =>
  TCP.open(address, { lookup, connectTimeoutMs });

Deno.test("k6 #857: each client has hosts of its own, which may change while the test runs", async () => {
  await using blue = saying("blue");
  await using green = saying("green");
  const hosts: Record<string, string> = { "shop.invalid": new URL(blue.url).host };
  const changing = new Client({
    dial: dialWith((name) => hosts[name]),
    noConnectionReuse: true,
    throw: true,
  });
  const fixed = new Client({
    dial: dialWith(() => new URL(green.url).host),
    throw: true,
  });
  const ask = async (client: Client) => await (await client.get("http://shop.invalid/")).text();
  assert.deepEqual([await ask(changing), await ask(fixed)], ["blue", "green"]);
  hosts["shop.invalid"] = new URL(green.url).host;
  assert.equal(await ask(changing), "green");
  assert.equal((await changing.get("http://other.invalid/", { throw: false })).errorCode, 1101);
  changing.close();
  fixed.close();
});

Deno.test("k6 #1045: each client has a proxy of its own, or none", async () => {
  await using target = startTarget();
  await using one = saying("one");
  await using two = saying("two");
  await using client = new Client({ proxy: one.url });
  await using other = client.extend({ proxy: two.url });
  await using direct = client.extend({ proxy: null });
  const url = `${target.url}/status/204`;
  assert.equal(await (await client.get(url)).text(), "one");
  assert.equal(await (await other.get(url)).text(), "two");
  assert.equal((await direct.get(url)).status, 204);
  assert.match(one.heads[0]!, new RegExp(`^GET ${url} HTTP/1.1\r\n`));
});

Deno.test("k6 #1140: CONNECT carries headers that the target never sees", async () => {
  const authority = await makeAuthority();
  await using target = startOrigin(await authority.issue(["DNS:localhost"]));
  await using proxy = connectProxy();
  await using client = new Client({
    tls: { caCerts: [authority.cert] },
    proxy: { url: `http://127.0.0.1:${proxy.port}`, headers: { "X-Tenant": "rain" } },
  });
  const seen = await client.get(`https://${target.address}/`);
  assert.equal(seen.status, 200, seen.error?.message);
  assert.match(proxy.asked[0]!, /^CONNECT localhost:\d+ HTTP\/1\.1\r\n[^]*X-Tenant: rain/);
  assert.doesNotMatch(await seen.text(), /tenant/i);
});

Deno.test("k6 #1393: a script may speak to the server below HTTP, and HTTP goes on from there", async () => {
  const server = TCP.listen();
  const serving = (async () => {
    const peer = (await server.accept())!;
    assert.equal(decode(await peer.read()), "LOGIN rain\n");
    await peer.write(encode("WELCOME\n"));
    assert.match(decode(await peer.read()), /^GET \/ HTTP\/1\.1\r\n/);
    await peer.write(encode("HTTP/1.1 204 No Content\r\n\r\n"));
    peer.close();
  })();
  await using client = new Client({
    dial: async (address) => {
      const socket = await TCP.open(address);
      await socket.write(encode("LOGIN rain\n"));
      assert.equal(decode(await socket.read()), "WELCOME\n");
      return socket;
    },
  });
  assert.equal((await client.get(`http://${server.address}/`)).status, 204);
  await serving;
  server.close();
});

Deno.test("k6 #1098: latency and bandwidth of a network are emulated", async () => {
  await using server = rawServer((x) =>
    x.send(`HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n${"x".repeat(10_000)}`)
  );
  const clock = hurryingClock();
  const dial = throttle(TCP.open, { latencyMs: 100, downloadBytesPerSecond: 10_000 }, clock);
  await using client = new Client({ dial: (address) => dial(address) });
  assert.equal((await (await client.get(server.url)).bytes()).length, 10_000);
  // A round trip to connect, one for the request, and nearly a second for the body.
  assert(clock.now() > 1100, `${clock.now()} ms`);
});

Deno.test("k6 #2510: a connection begins with what a load balancer would say", async () => {
  await using server = numbered();
  await using client = new Client({
    dial: async (address) => {
      const socket = await TCP.open(address);
      await socket.write(encode("PROXY TCP4 203.0.113.7 127.0.0.1 40000 80\r\n"));
      return socket;
    },
  });
  for (let i = 0; i < 2; i++) await client.get(server.url);
  assert.match(server.heads[0]!, /^PROXY TCP4 203\.0\.113\.7 127\.0\.0\.1 40000 80\r\nGET \/ HTTP/);
  assert.match(server.heads[1]!, /^GET \/ HTTP/, "once a connection");
});

Deno.test("k6 #2366: HTTP goes over a Unix socket", async () => {
  const path = await Deno.makeTempFile({ suffix: ".sock" });
  await Deno.remove(path);
  await using _server = Deno.serve({ path, onListen() {} }, () => new Response("docker"));
  await using client = new Client({ dial: () => IPC.open(path) });
  const response = await client.get("http://docker/version");
  assert.equal(await response.text(), "docker");
  assert.equal(response.remoteAddress, null);
  assert.equal(response.timings.tls_handshaking, 0);
});

Deno.test("k6 #2054: a connection is used for so long and not longer", async () => {
  await using server = numbered();
  await using client = new Client({ maxAge: 20 });
  assert.equal(await (await client.get(server.url)).text(), "0");
  await over(20);
  assert.equal(await (await client.get(server.url)).text(), "1");
});

Deno.test("k6 #3466: an idle connection is kept for so long and not longer", async () => {
  await using server = numbered();
  await using client = new Client({ maxIdleTime: 20 });
  assert.equal(await (await client.get(server.url)).text(), "0");
  await over(20);
  assert.equal(await (await client.get(server.url)).text(), "1");
});

/** Answers over HTTP/2 with the number of the connection; `/slow` waits until it is told to answer. */
async function numberedOver2() {
  const authority = await makeAuthority();
  const leaf = await authority.issue(["IP:127.0.0.1"]);
  const ports: number[] = [];
  const slow = Promise.withResolvers<void>();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, ...leaf };
  const server = Deno.serve(options, async ({ url }, { remoteAddr }) => {
    const { port } = remoteAddr as Deno.NetAddr;
    if (!ports.includes(port)) ports.push(port);
    if (url.endsWith("/slow")) await slow.promise;
    return new Response(String(ports.indexOf(port)));
  });
  return {
    url: `https://127.0.0.1:${server.addr.port}/`,
    client: { tls: { caCerts: [authority.cert] }, version: 2 } as const,
    answerSlow: slow.resolve,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("k6 #2054: over HTTP/2 too, and what is under way on it may end", async () => {
  await using server = await numberedOver2();
  await using client = new Client({ ...server.client, maxAge: 20 });
  const ask = async (path = "") => await (await client.get(server.url + path)).text();
  assert.equal(await ask(), "0");
  await over(20);
  const slow = ask("slow");
  assert.equal(await ask(), "1");
  await over(20);
  assert.equal(await ask(), "2");
  server.answerSlow();
  assert.equal(await slow, "1");
});

Deno.test("k6 #3466: over HTTP/2 idle connections have a time and a number too", async () => {
  await using server = await numberedOver2();
  const table = [{ maxIdleTime: 20 }, { maxIdle: 0 }, { noConnectionReuse: true }];
  for (const [i, options] of table.entries()) {
    await using client = new Client({ ...server.client, ...options });
    const ask = async () => await (await client.get(server.url)).text();
    assert.equal(await ask(), String(2 * i), JSON.stringify(options));
    await over(20);
    assert.equal(await ask(), String(2 * i + 1), JSON.stringify(options));
  }
});

Deno.test("k6 #1724: each client chooses the address it comes from, and the IP version", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (_, { remoteAddr }) => new Response(remoteAddr.hostname),
  );
  await using _ = server;
  for (const localAddress of ["127.0.0.2", "127.0.0.3"]) {
    await using client = new Client({
      dial: (address) => TCP.open(address, { localAddress, ipVersion: 4 }),
    });
    const response = await client.get(`http://localhost:${server.addr.port}/`);
    assert.equal(await response.text(), localAddress, response.error?.message);
    assert.equal(response.remoteAddress?.ip, "127.0.0.1");
  }
});

Deno.test("k6 #64: making a connection has a timeout of its own", async () => {
  await using server = rawServer((x) => x.send("")); // Never says anything in TLS.
  const url = server.url.replace("http:", "https:");
  const limits = [
    { connectTimeout: 30, timeout: "1h" },
    { timeout: { blocked: 30, attempt: "1h" } },
    { timeout: { tls: 30, attempt: "1h" } },
  ];
  for (const options of limits) {
    await using client = new Client(options);
    const { status, error } = await client.get(url);
    assert.equal(status, 0);
    assert.match(error!.code, /^(tls|connection|request)_timeout$/, error!.message);
    assert.match(error!.phase ?? "", /^(tls|connect)$/, error!.message);
  }
});

Deno.test("k6 #3932: a client has a default timeout, which a call may change", async () => {
  await using server = rawServer(async (x) => void await x.receive()); // Says nothing.
  await using client = new Client({ timeout: 1000 });
  const { error } = await client.get(server.url);
  assert.deepEqual([error?.code, error?.phase], ["request_timeout", "headers"]);
  const signal = AbortSignal.timeout(60);
  await assert.rejects(client.get(server.url, { timeout: 0, signal }), { code: "aborted" });
});

/** A clock on which waiting takes no time of ours. */
function hurryingClock(): Clock {
  let time = 0;
  return {
    now: () => time,
    random: () => 0.5,
    after(ms, call) {
      const at = time + ms;
      const timer = setTimeout(() => {
        time = Math.max(time, at);
        call();
      }, 0);
      return () => clearTimeout(timer);
    },
  };
}

/** Longer than `ms`, which is the point. */
function over(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2 * ms));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array | null): string {
  return new TextDecoder().decode(bytes ?? undefined);
}
