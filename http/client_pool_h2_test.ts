import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { hear } from "./_heard_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, type Response } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

function statuses(responses: readonly Response[]): number[] {
  return responses.map(({ status }) => status);
}

interface H2Server extends AsyncDisposable {
  readonly url: string;
  /** Client ports seen so far: one a connection. */
  readonly ports: Set<number>;
}

function h2Server(answer: () => Promise<void>): H2Server {
  const ports = new Set<number>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} },
    async (_request, { remoteAddr }) => {
      ports.add(remoteAddr.port);
      await answer();
      return new globalThis.Response("ok");
    },
  );
  return {
    ports,
    url: `https://localhost:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("many requests at once share one connection, from the first on", async () => {
  await using server = h2Server(() => Promise.resolve());
  await using client = new Client({ tls, version: 2, baseUrl: server.url });
  for (let round = 0; round < 2; round++) {
    const calls = Array.from({ length: 60 }, () => client.get("/"));
    for (const { status, protocol, error } of await Promise.all(calls)) {
      assert.deepEqual([status, protocol], [200, "HTTP/2.0"], error?.message);
    }
  }
  assert.equal(server.ports.size, 1);
});

Deno.test("more at once than the server takes on a connection open another", async () => {
  const all = 450; // Deno.serve takes 200 streams.
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = h2Server(() => {
    if (++arrived === all) resolve();
    return promise;
  });
  await using client = new Client({ tls, version: 2, baseUrl: server.url });
  const responses = await Promise.all(Array.from({ length: all }, () => client.get("/")));
  for (const { status, error } of responses) assert.equal(status, 200, error?.message);
  assert.equal(server.ports.size > 1 && server.ports.size <= 5, true, String(server.ports.size));
});

Deno.test("maxConnections lets streams wait until there is room", async () => {
  await using server = h2Server(() => Promise.resolve());
  await using client = new Client({ tls, version: 2, baseUrl: server.url, maxConnections: 1 });
  const responses = await Promise.all(Array.from({ length: 450 }, () => client.get("/")));
  for (const { status, error } of responses) assert.equal(status, 200, error?.message);
  assert.equal(server.ports.size, 1);
});

Deno.test("the room that the server's SETTINGS give is used by those that wait", async () => {
  const all = 150; // More than is assumed before SETTINGS come, less than the 200 they allow.
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = h2Server(() => {
    if (++arrived === all) resolve();
    return promise;
  });
  const options = { maxConnections: 1, timeout: "10s" };
  await using client = new Client({ ...options, tls, version: 2, baseUrl: server.url });
  const calls = Array.from({ length: all }, () => client.get("/"));
  const failed = (await Promise.all(calls)).filter(({ status }) => status !== 200);
  resolve();
  assert.equal(failed.length, 0, failed[0]?.error?.message);
});

Deno.test("streams that fail make room for those that wait", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hold = true;
  await using server = h2Server(() => hold ? promise : Promise.resolve());
  await using client = new Client({ tls, version: 2, baseUrl: server.url, maxConnections: 1 });
  // As many as there may be before the server's SETTINGS, and as many as it takes.
  const stuck = Array.from({ length: 200 }, () => client.get("/", { timeout: 1500 }));
  const waiting = Array.from({ length: 5 }, () => client.get("/", { timeout: "1m" }));
  for (const { error } of await Promise.all(stuck)) {
    assert.equal(error?.code, "request_timeout");
  }
  hold = false;
  resolve();
  assert.deepEqual(statuses(await Promise.all(waiting)), Array(5).fill(200));
});

Deno.test("aborting one stream leaves the connection to the others", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = h2Server(() => promise);
  await using client = new Client({ tls, version: 2, baseUrl: server.url });
  const abort = new AbortController();
  const gone = rejection(() => client.get("/", { signal: abort.signal }));
  const stays = client.get("/");
  await new Promise((wait) => setTimeout(wait, 20)); // Both are likely under way; either way holds.
  abort.abort();
  assert.equal((await gone).code, "aborted");
  resolve();
  assert.equal((await stays).status, 200);
  assert.equal((await client.get("/")).status, 200);
  assert.equal(server.ports.size, 1);
});

/** A server over h2c that turns away the requests of its first `refusals` connections by GOAWAY. */
function departingServer(refusals: number) {
  return rawServer(async (x) => {
    const SETTINGS = "\0\0\0\x04\0\0\0\0\0";
    const GOAWAY = "\0\0\x08\x07\0\0\0\0\0" + "\0".repeat(8); // Last stream 0, NO_ERROR
    const ANSWER = "\0\0\x01\x01\x05\0\0\0\x01\x88"; // :status 200 ends stream 1
    let came = x.rest;
    while (!came.includes("\x01\x05\0\0\0\x01")) came += await x.receive();
    await x.send(SETTINGS + (x.connection < refusals ? GOAWAY : ANSWER));
  });
}

Deno.test("requests that a server surely didn't look at are sent again, a few times", async () => {
  for (const refusals of [1, 2, 3]) {
    await using server = departingServer(refusals);
    await using client = new Client({ version: 2 });
    const response = await client.post(server.url);
    assert.equal(response.status, 200, response.error?.message);
    assert.equal(response.attempts, refusals + 1);
  }
});

Deno.test("a server that turns every request away is given up", async () => {
  await using server = departingServer(Infinity);
  await using client = new Client({ version: 2 });
  const { status, error } = await client.get(server.url);
  assert.deepEqual([status, error?.code], [0, "goaway"]);
  assert.equal(server.connections <= 10, true, String(server.connections));
});

Deno.test("to a server that speaks HTTP/1.1 only the first connection is waited for", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), {
    ...leaf,
    alpnProtocols: ["http/1.1"],
  });
  await using client = new Client({ tls, baseUrl: server.url });
  const heard = hear(client, ["requestQueued", "connectStart", "connectEnd"]);
  const atOnce = (count: number) =>
    Promise.all(Array.from({ length: count }, () => client.get("/")));
  assert.deepEqual(statuses(await atOnce(6)), Array(6).fill(200));
  const connecting = heard.types.filter((type) => type !== "requestQueued");
  assert.deepEqual(connecting.slice(0, 7), [
    "connectStart",
    "connectEnd",
    ...Array(5).fill("connectStart"),
  ]);
  heard.events.length = 0;
  assert.deepEqual(statuses(await atOnce(12)), Array(12).fill(200));
  assert.equal(heard.types.includes("requestQueued"), false, "it is known by now");
});

Deno.test("closing a client while a connection is made rejects as aborted, in either version", async () => {
  await using server = h2Server(() => Promise.resolve());
  for (const version of [1.1, 2] as const) {
    const options = { tls, version: [version], baseUrl: server.url, maxConnections: 1 };
    await using client = new Client(options);
    client.on("connectEnd", () => client.close());
    const { code, message } = await rejection(() => client.get("/"));
    assert.deepEqual([code, message], ["aborted", "the client was closed"]);
  }
  assert.equal(server.ports.size, 0);
});
