import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { fullServer1, fullServer2, hear } from "./_heard_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, HttpError } from "./mod.ts";

const SERVERS = [fullServer1, fullServer2];
const VERSIONS = [1.1, 2] as const;

/** What a call rejects with, of whatever type. */
function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  return call().then(() => assert.fail("it resolved"), (error) => error);
}

/** A server that tells the length of what it got, in either version. */
function counting() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    return new globalThis.Response(String((await request.bytes()).length));
  });
}

for (const start of SERVERS) {
  for (const responseType of ["bytes", "none", "stream"] as const) {
    const name = `${start === fullServer1 ? "HTTP/1.1" : "HTTP/2"}, ${responseType}`;

    Deno.test(`hints, first byte, chunks and trailers are told in order: ${name}`, async () => {
      await using server = await start();
      await using client = new Client({ version: server.version, responseType });
      const heard = hear(client, [
        "headersSent",
        "bodyChunkSent",
        "requestSent",
        "informationReceived",
        "responseStarted",
        "bodyChunkReceived",
        "trailersReceived",
        "connectionReleased",
      ]);
      const response = await client.post(server.url, { body: "four" });
      if (responseType === "stream") assert.equal(await response.text(), "hello world");
      else if (responseType === "bytes") assert.equal(await response.text(), "hello world");
      else await assert.rejects(response.text(), /was dropped/);
      await client.get("http://127.0.0.1:1/"); // What a stream's end has told is heard by then.
      const chunks = heard.of("bodyChunkReceived");
      assert.deepEqual(heard.types, [
        "headersSent",
        "bodyChunkSent",
        "requestSent",
        "informationReceived",
        "responseStarted",
        ...chunks.map(() => "bodyChunkReceived"),
        "trailersReceived",
        "connectionReleased",
      ]);
      const text = chunks.map(({ chunk }) => new TextDecoder().decode(chunk)).join("");
      assert.equal(text, "hello world");
      assert.equal(chunks.at(-1)!.receivedBytes, 11);
      const [sent] = heard.of("bodyChunkSent");
      assert.deepEqual([sent!.bytes, sent!.sentBytes, sent!.totalBytes], [4, 4, 4]);
      const [hints] = heard.of("informationReceived");
      assert.equal(hints!.status, 103);
      assert.equal(hints!.headers.get("link"), "</style.css>");
      assert.equal(heard.of("trailersReceived")[0]!.trailers.get("x-sum"), "11");
      assert(heard.of("responseStarted")[0]!.waitingMs >= 0);
      assert.equal(heard.of("headersSent")[0]!.socket, response.socket);
      const ids = new Set([...chunks, sent!, hints!].map(({ id, hop }) => `${id} ${hop}`));
      assert.deepEqual([...ids], [`${response.request.id} 0`]);
    });
  }
}

for (const version of VERSIONS) {
  Deno.test(`a long body tells how far it is, with and without a length: HTTP/${version}`, async () => {
    await using server = counting();
    const url = `http://127.0.0.1:${server.addr.port}/`;
    await using client = new Client({ version: [version] });
    const heard = hear(client, ["headersSent", "bodyChunkSent", "requestSent"]);
    const bytes = new Uint8Array(300_000);
    const pieces = async function* () {
      await Promise.resolve();
      for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
    };
    for (
      const [body, total] of [[bytes, 300_000], [new Blob([bytes]), 300_000], [
        pieces(),
        null,
      ]] as const
    ) {
      const response = await client.post(url, { body });
      assert.equal(await response.text(), "300000");
      const { types } = heard;
      const chunks = heard.of("bodyChunkSent");
      assert(chunks.length > (body instanceof Blob ? 0 : 1));
      const expected = ["headersSent", ...chunks.map(() => "bodyChunkSent"), "requestSent"];
      assert.deepEqual(types, expected);
      let sum = 0;
      for (const { bytes, sentBytes, totalBytes } of chunks) {
        assert.equal(sentBytes, sum += bytes);
        assert.equal(totalBytes, total);
      }
      assert.equal(sum, 300_000);
      heard.events.length = 0;
    }
  });

  Deno.test(`a body that is sent again after a redirect is told again: HTTP/${version}`, async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { length } = await request.bytes();
        if (new URL(request.url).pathname === "/end") return new globalThis.Response(`${length}`);
        return new globalThis.Response(null, { status: 307, headers: { location: "/end" } });
      },
    );
    await using client = new Client({ version: [version] });
    const heard = hear(client, ["bodyChunkSent"]);
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const response = await client.put(url, { body: new Uint8Array(100_000) });
    assert.equal(await response.text(), "100000");
    const byHop = Map.groupBy(heard.of("bodyChunkSent"), ({ hop }) => hop);
    for (const hop of [0, 1]) assert.equal(byHop.get(hop)!.at(-1)!.sentBytes, 100_000);
  });

  Deno.test(`who throws at a chunk ends the response there: HTTP/${version}`, async () => {
    let cancelled = (): void => {};
    const ended = new Promise<void>((resolve) => cancelled = resolve);
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      const endless = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
        cancel: () => cancelled(),
      });
      return new globalThis.Response(endless);
    });
    const url = `http://127.0.0.1:${server.addr.port}/`;
    await using client = new Client({ version: [version] });
    const enough = new Error("enough");
    let seen = 0;
    const off = client.on("bodyChunkReceived", ({ data }) => {
      seen = data.receivedBytes;
      if (seen >= 50_000) throw enough;
    });
    assert.equal(await thrownBy(() => client.get(url)), enough);
    assert(seen >= 50_000 && seen < 500_000, `${seen}`);
    await ended;
    const live = await client.get(url, { responseType: "stream" });
    assert.equal(await thrownBy(() => live.bytes()), enough);
    off();
  });

  Deno.test(`a chunk's listener is waited for before more is read: HTTP/${version}`, async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new globalThis.Response(new Uint8Array(400_000)),
    );
    await using client = new Client({ version: [version] });
    let running = 0;
    let chunks = 0;
    client.on("bodyChunkReceived", async () => {
      chunks++;
      assert.equal(++running, 1);
      await new Promise((resolve) => setTimeout(resolve));
      running--;
    });
    const response = await client.get(`http://127.0.0.1:${server.addr.port}/`);
    assert.equal((await response.bytes()).length, 400_000);
    assert(chunks > 1);
  });
}

Deno.test("a 100 in the middle of an upload is told, and the upload goes on", async () => {
  await using server = rawServer(async (x) => {
    let got = x.rest;
    await x.send("HTTP/1.1 100 Continue\r\n\r\n");
    while (!got.endsWith("\r\n0\r\n\r\n")) {
      const more = await x.receive();
      if (more === "") return x.close();
      got += more;
    }
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  await using client = new Client();
  const continued = Promise.withResolvers<void>();
  const heard = hear(client, ["informationReceived", "requestSent", "responseStarted"]);
  client.on("informationReceived", () => continued.resolve());
  const body = async function* () {
    yield new Uint8Array(10);
    await continued.promise;
    yield new Uint8Array(10);
  };
  const response = await client.put(server.url, { body: body(), timeout: "5s" });
  assert.equal(response.status, 200, response.error?.message);
  assert.deepEqual(heard.types, ["informationReceived", "requestSent", "responseStarted"]);
  assert(response.timings.waiting >= 0 && response.timings.sending >= 0);
});

Deno.test("a listener to chunks leaves the limit of a body where it was", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url, maxBodyBytes: 100_000 });
  client.on("bodyChunkReceived", () => {});
  const response = await client.get("/bytes/300000");
  assert.equal(response.error?.code, "response_too_large");
  assert.equal((await client.get("/bytes/300000", { responseType: "none" })).status, 200);
});

Deno.test("what any listener of an exchange throws rejects the call, and frees its connection", async () => {
  const types = [
    "connectionAcquired",
    "headersSent",
    "bodyChunkSent",
    "requestSent",
    "informationReceived",
    "responseStarted",
    "trailersReceived",
    "connectionReleased",
  ] as const;
  for (const start of SERVERS) {
    for (const type of types) {
      await using server = await start();
      await using client = new Client({ version: server.version, maxConnections: 1 });
      const thrown = new HttpError("aborted", "send", `thrown by ${type}`);
      const heard: string[] = [];
      client.on("requestFailed", () => heard.push("requestFailed"));
      const call = () =>
        client.post(server.url, {
          body: "four",
          eventHandlers: {
            [type]: () => {
              throw thrown;
            },
          },
        });
      assert.equal(await thrownBy(call), thrown, type);
      assert.deepEqual(heard, []);
      const next = await client.get(server.url); // Its place is free again.
      assert.equal(next.status, 200, type);
    }
  }
});

Deno.test("the time of listeners is in no sample", async () => {
  await using target = startTarget();
  const LISTENER_MS = 100_000;
  const registry = new Registry();
  const { now } = performance;
  let passed = 0;
  performance.now = () => now.call(performance) + passed;
  try {
    await runInContext(newContext(registry), async () => {
      const baseUrl = target.url.replace("127.0.0.1", "localhost");
      const options = { baseUrl, moreMetrics: true, timeout: 0, connectTimeout: "1h" };
      await using client = new Client(options);
      const types = [
        "requestCreated",
        "requestToBeSent",
        "connectStart",
        "lookupStart",
        "lookupEnd",
        "connectEnd",
        "connectionAcquired",
      ] as const;
      for (const type of types) client.on(type, () => passed += LISTENER_MS);
      for (let i = 0; i < 2; i++) assert.equal((await client.get("/get")).error, null);
    });
  } finally {
    performance.now = now;
  }
  assert.equal(passed, 10 * LISTENER_MS);
  for (const name of ["blocked", "connecting", "looking_up", "sending", "total"]) {
    const found = registry.select(`http_req_${name}`);
    assert(found?.type === "trend");
    assert(found.histogram.max < LISTENER_MS, `${name}: ${found.histogram.max}`);
  }
});
