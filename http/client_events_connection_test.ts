import assert from "node:assert/strict";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { type StreamSocket, TCP } from "../net/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { hear } from "./_heard_for_tests.ts";
import { startOrigin } from "./_origin_for_tests.ts";
import { connectProxy, socksProxy } from "./_proxies_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, type ClientEventType, type DownpourError, HttpTransport } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

const CONNECTING: readonly ClientEventType[] = [
  "requestQueued",
  "connectStart",
  "lookupStart",
  "lookupEnd",
  "proxyConnected",
  "tlsStart",
  "tlsEnd",
  "connectEnd",
  "connectError",
  "connectionAcquired",
];
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Deno.test("a name, TLS and its parts are told of in order, once for a kept connection", async () => {
  for (const version of [1.1, 2] as const) {
    await using origin = startOrigin(leaf);
    await using client = new Client({ version: [version], tls: { ...tls, details: true } });
    const heard = hear(client, CONNECTING);
    const url = `https://${origin.address}/`;
    for (let i = 0; i < 2; i++) assert.equal((await client.get(url)).error, null);
    assert.deepEqual(heard.types, [
      "connectStart",
      "lookupStart",
      "lookupEnd",
      "tlsStart",
      "tlsEnd",
      "connectEnd",
      "connectionAcquired",
      "connectionAcquired",
    ]);
    assert.deepEqual(heard.of("connectStart"), [{ address: origin.address }]);
    assert.deepEqual(heard.of("lookupStart"), [{ host: "localhost" }]);
    const [found] = heard.of("lookupEnd");
    assert(found!.addresses.includes("127.0.0.1"));
    assert.equal(found!.error, null);
    assert(found!.durationMs >= 0);
    assert.equal(heard.of("tlsStart")[0]!.serverName, "localhost");
    const { tls: info, socket } = heard.of("tlsEnd")[0]!;
    assert.equal(info.alpn, version === 2 ? "h2" : "http/1.1");
    assert.equal(info.version, "TLSv1.3");
    assert.match(info.peerCertificate!.issuer, /test authority/);
    assert.equal(heard.of("connectEnd")[0]!.socket, socket);
    assert.deepEqual(heard.of("connectionAcquired").map(({ reused }) => reused), [false, true]);
  }
});

Deno.test("lookupEnd pins the address, also of a name that there isn't", async () => {
  await using target = startTarget();
  const { port } = new URL(target.url);
  for (const host of ["localhost", "nowhere.invalid"]) {
    await using client = new Client();
    const heard = hear(client, ["lookupEnd", "connectError"]);
    client.on("lookupEnd", ({ data }) => data.addresses = ["127.0.0.1"]);
    const response = await client.get(`http://${host}:${port}/get`);
    assert.equal(response.status, 200, response.error?.message);
    assert.equal(response.remoteAddress?.ip, "127.0.0.1");
    const [found] = heard.of("lookupEnd");
    const code = host === "localhost" ? undefined : "dns_not_found";
    assert.equal(found!.error?.code, code);
  }
  await using client = new Client();
  const heard = hear(client, ["connectError"]);
  const none = await client.get(`http://localhost:${port}/get`, {
    eventHandlers: { lookupEnd: ({ data }) => data.addresses = [] },
  });
  assert.equal(none.errorCode, 1101);
  const nowhere = await client.get(`http://nowhere.invalid:${port}/get`, {
    eventHandlers: { lookupEnd: () => {} },
  });
  assert.equal(nowhere.errorCode, 1101);
  const codes = heard.of("connectError").map(({ error }) => error.code);
  assert.deepEqual(codes, ["dns_not_found", "dns_not_found"]);
});

Deno.test("of a dial of the caller's, what its socket tells", async () => {
  await using origin = startOrigin(leaf);
  const url = `https://${origin.address}/`;
  const dials: ((address: string) => Promise<StreamSocket>)[] = [
    (address) => TCP.open(address),
    (address) => TCP.open(address, { tls: { ...tls, alpn: ["http/1.1"] } }),
  ];
  const heard: ClientEventType[][] = [];
  for (const dial of dials) {
    await using client = new Client({ dial, tls });
    const { events } = hear(client, CONNECTING);
    assert.equal((await client.get(url)).error, null);
    heard.push(events.map(({ type }) => type));
  }
  const [start, end] = [["connectStart", "lookupEnd"], [
    "tlsEnd",
    "connectEnd",
    "connectionAcquired",
  ]];
  assert.deepEqual(heard, [[...start, "tlsStart", ...end], [...start, ...end]]);
});

Deno.test("proxies are told of: tunnels, and one that is told whole URLs", async () => {
  await using origin = startOrigin(leaf);
  await using plain = rawServer((x) => x.send(OK));
  await using tunnel = connectProxy();
  await using socks = socksProxy();
  const cases = [
    [`http://127.0.0.1:${tunnel.port}`, `https://${origin.address}/`, ["tlsStart", "tlsEnd"]],
    [`socks5://127.0.0.1:${socks.port}`, `https://${origin.address}/`, ["tlsStart", "tlsEnd"]],
    [plain.url, "http://target.invalid/", []],
  ] as const;
  for (const [proxy, url, secure] of cases) {
    for (const dial of [undefined, (address: string) => TCP.open(address)]) {
      await using client = new Client({ proxy, tls, ...dial && { dial } });
      const heard = hear(client, CONNECTING.filter((type) => !type.startsWith("lookup")));
      assert.equal((await client.get(url)).error, null, url);
      assert.deepEqual(heard.types, [
        "connectStart",
        "proxyConnected",
        ...secure,
        "connectEnd",
        "connectionAcquired",
      ]);
      const [{ address, socket } = assert.fail()] = heard.of("proxyConnected");
      assert.equal(address, url.includes("invalid") ? "target.invalid:80" : origin.address);
      assert.equal(socket.remoteAddress?.port, Number(new URL(proxy).port));
    }
  }
});

Deno.test("who fails at a step hears of it, and of no further one", async () => {
  await using origin = startOrigin(leaf);
  await using plain = startTarget();
  await using client = new Client();
  const heard = hear(client, CONNECTING);
  const cases = [
    ["http://127.0.0.1:1/", [], "connect"],
    [`https://${origin.address}/`, ["lookupStart", "lookupEnd", "tlsStart"], "tls"],
    [plain.url.replace("http:", "https:"), ["tlsStart"], "tls"],
  ] as const;
  for (const [url, steps, phase] of cases) {
    await client.get(url);
    assert.deepEqual(heard.types, ["connectStart", ...steps, "connectError"]);
    assert.equal(heard.of("connectError")[0]!.error.phase, phase);
    heard.events.length = 0;
  }
});

Deno.test("a listener that throws while connecting rejects the call and closes the socket", async () => {
  await using origin = startOrigin(leaf);
  for (const type of CONNECTING) {
    if (["requestQueued", "proxyConnected", "connectError"].includes(type)) continue;
    await using client = new Client({ tls, maxConnections: 1 });
    const thrown = new Error(type);
    const url = `https://${origin.address}/`;
    const eventHandlers = { [type]: () => Promise.reject(thrown) };
    await assert.rejects(client.get(url, { eventHandlers }), (error) => error === thrown);
    assert.equal((await client.get(url)).status, 200, type); // The place is free again.
  }
});

Deno.test("who waits for a connection hears why: the limit, or one that is being made", async () => {
  await using plain = startTarget();
  await using limited = new Client({ baseUrl: plain.url, maxConnections: 1 });
  const waited = hear(limited, ["requestQueued", "connectStart", "connectionAcquired"]);
  await Promise.all([limited.get("/get"), limited.get("/get")]);
  assert.deepEqual(waited.of("requestQueued").map(({ reason }) => reason), ["limit"]);
  assert.equal(waited.of("requestQueued")[0]!.origin, plain.url);
  assert.equal(waited.of("connectStart").length, 1);
  assert.deepEqual(waited.of("connectionAcquired").map(({ reused }) => reused), [false, true]);

  await using origin = startOrigin(leaf);
  await using shared = new Client({ tls });
  const told = hear(shared, ["requestQueued", "connectStart", "connectionAcquired"]);
  await Promise.all([1, 2, 3].map((n) => shared.get(`https://${origin.address}/${n}`)));
  const reasons = told.of("requestQueued").map(({ reason }) => reason);
  assert.deepEqual(reasons, ["connecting", "connecting"]);
  assert.equal(told.of("connectStart").length, 1);
  assert.deepEqual(told.of("connectionAcquired").map(({ reused }) => reused), [false, true, true]);
});

Deno.test("connections are told of when they are given back and closed, in a call and outside", async () => {
  const closes = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    await x.send(x.request === 0 ? OK : OK.replace("\r\n", "\r\nConnection: close\r\n"));
    if (x.connection === 1) await closes.promise.then(() => x.close());
  });
  await using client = new Client({ baseUrl: server.url });
  const heard = hear(client, ["connectionReleased", "connectionClosed", "responseReceived"]);
  await client.get("/");
  assert.deepEqual(heard.types, ["connectionReleased", "responseReceived"]);
  await client.get("/");
  assert.deepEqual(heard.types.slice(2), ["connectionClosed", "responseReceived"]);
  assert.equal(heard.of("connectionClosed")[0]!.error, null);
  const { socket } = await client.get("/");
  const idle = new Promise<void>((resolve) => client.on("connectionClosed", () => resolve()));
  closes.resolve();
  await idle;
  const { socket: closed, error } = heard.of("connectionClosed")[1]!;
  assert.equal(closed, socket);
  assert.equal(error, null);
});

Deno.test("a connection that is cut off in a response says why it closed", async () => {
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    x.close();
  });
  await using client = new Client();
  const heard = hear(client, ["connectionClosed"]);
  const response = await client.get(server.url);
  assert.equal(heard.of("connectionClosed")[0]!.error, response.error);
  assert.equal(response.error?.code, "response_incomplete");
});

Deno.test("GOAWAY is why an HTTP/2 connection closed", async () => {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 200 });
    stream.end("last");
    stream.session!.goaway(0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await using client = new Client({ version: [2] });
  const closed = new Promise<DownpourError | null>((resolve) => {
    client.on("connectionClosed", ({ data }) => resolve(data.error));
  });
  assert.equal((await client.get(`http://127.0.0.1:${port}/`)).status, 200);
  assert.equal((await closed)?.code, "goaway");
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("a call hears of its own connections alone, and only while it lasts", async () => {
  await using server = rawServer((x) => x.send(OK));
  const transport = new HttpTransport();
  const client = new Client({ transport });
  const heard: (readonly [string, StreamSocket])[] = [];
  const response = await client.get(server.url, {
    eventHandlers: {
      connectionReleased: ({ data }) => heard.push(["released", data.socket]),
      connectionClosed: ({ data }) => heard.push(["closed", data.socket]),
    },
  });
  assert.deepEqual(heard, [["released", response.socket]]);
  await client.get(server.url);
  const other = new Client({ transport });
  const all = hear(other, ["connectionReleased"]);
  await client.get(server.url);
  await other.get(server.url); // What happened before is told by then.
  assert.equal(all.events.length, 2, "clients that share connections hear of all of them");
  transport.close();
  assert.equal(heard.length, 1);
});

Deno.test("what a listener throws outside of a call rejects the next", async () => {
  await using server = rawServer(async (x) => {
    await x.send(OK);
    if (x.connection === 0) x.close();
  });
  await using client = new Client();
  const thrown = new Error("of a connection that nobody used");
  const told = Promise.withResolvers<void>();
  client.on("connectionClosed", () => {
    told.resolve();
    throw thrown;
  });
  const first = await client.get(server.url).catch((error) => error);
  if (first !== thrown) {
    await told.promise;
    await assert.rejects(client.get(server.url), (error) => error === thrown);
  }
  assert.equal((await client.get(server.url)).status, 200);
});
