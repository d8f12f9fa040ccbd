import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, type Response } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** A server that answers when it is told to, one request after the other. */
function heldServer() {
  const held: RawExchange[] = [];
  let arrived = (): void => {};
  const server = rawServer((x) => {
    held.push(x);
    arrived();
  });
  return {
    url: server.url,
    /** Paths of all requests, in the order they came. */
    get paths(): string[] {
      return server.heads.map((head) => head.split(" ")[1]!);
    },
    get connections(): number {
      return server.connections;
    },
    /** The next request, once it has come. */
    async next(): Promise<RawExchange> {
      while (held.length === 0) await new Promise<void>((resolve) => arrived = resolve);
      return held.shift()!;
    },
    async answer(): Promise<void> {
      await (await this.next()).send(OK);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function statuses(responses: readonly Response[]): number[] {
  return responses.map(({ status }) => status);
}

Deno.test("maxConnections lets requests wait their turn, first come first served", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 2 });
  const calls = Array.from({ length: 8 }, (_, i) => client.get(`/${i}`));
  for (let i = 0; i < calls.length; i++) await server.answer();
  assert.deepEqual(statuses(await Promise.all(calls)), Array(8).fill(200));
  assert.deepEqual(server.paths.slice(2), ["/2", "/3", "/4", "/5", "/6", "/7"]);
  assert.equal(server.connections, 2);
});

Deno.test("who has waited comes before who comes when a connection is free", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const first = client.get("/first");
  const waiting = client.get("/waiting");
  const late = first.then(() => client.get("/late"));
  for (let i = 0; i < 3; i++) await server.answer();
  await Promise.all([waiting, late]);
  assert.deepEqual(server.paths, ["/first", "/waiting", "/late"]);
});

Deno.test("a request that waits too long fails as request_timeout, and the others go on", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const first = client.get("/first");
  const given = await server.next();
  const { status, error } = await client.get("/impatient", { timeout: 20 });
  assert.deepEqual([status, error?.code, error?.phase], [0, "request_timeout", "connect"]);
  const patient = client.get("/patient");
  await given.send(OK);
  await server.answer();
  assert.deepEqual(statuses(await Promise.all([first, patient])), [200, 200]);
  assert.deepEqual(server.paths, ["/first", "/patient"]);
});

Deno.test("connectTimeout is for the waiting too", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1, connectTimeout: 20 });
  const first = client.get("/first");
  const given = await server.next();
  const { error } = await client.get("/waiting");
  assert.deepEqual([error?.code, error?.phase], ["request_timeout", "connect"]);
  await given.send(OK);
  assert.equal((await first).status, 200);
});

Deno.test("a waiter that gives up as it is woken hands its turn on", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const abort = new AbortController();
  const first = client.get("/first");
  const gone = rejection(() => client.get("/gone", { signal: abort.signal }));
  const behind = client.get("/behind");
  const given = await server.next();
  // In the very turn in which the connection comes free.
  const freed = first.then(() => abort.abort());
  await given.send(OK);
  await server.answer(); // Of `/behind`; or of `/gone`, when it was faster than its signal.
  await freed;
  assert.equal((await gone).code, "aborted");
  if (server.paths.includes("/gone") && !server.paths.includes("/behind")) await server.answer();
  assert.equal((await behind).status, 200);
});

Deno.test("an aborted waiter leaves the queue", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const abort = new AbortController();
  const first = client.get("/first");
  const given = await server.next();
  const gone = rejection(() => client.get("/gone", { signal: abort.signal }));
  const behind = client.get("/behind");
  abort.abort();
  assert.equal((await gone).code, "aborted");
  await given.send(OK);
  await server.answer();
  assert.deepEqual(statuses(await Promise.all([first, behind])), [200, 200]);
  assert.deepEqual(server.paths, ["/first", "/behind"]);
});

Deno.test("a connection that fails or is closed makes room for who waits", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const cases: ((given: RawExchange) => Promise<void> | void)[] = [
    (given) => given.close(),
    (given) => given.send("nonsense\r\n\r\n"),
    (given) => given.send(OK.replace("\r\n", "\r\nConnection: close\r\n")),
  ];
  for (const end of cases) {
    const first = client.post("/first");
    const second = client.get("/second");
    await end(await server.next());
    await server.answer();
    await first;
    assert.equal((await second).status, 200, end.toString());
  }
});

Deno.test("a request that times out on its connection makes room for who waits", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const first = client.get("/first", { timeout: 20 });
  const second = client.get("/second");
  await server.next();
  assert.equal((await first).error?.code, "request_timeout");
  await server.answer();
  assert.equal((await second).status, 200);
});

Deno.test("a server that can't be reached fails all that wait for it", async () => {
  await using client = new Client({ maxConnections: 1 });
  const calls = Array.from({ length: 5 }, () => client.get("http://127.0.0.1:1/"));
  for (const { error } of await Promise.all(calls)) {
    assert.equal(error?.code, "connection_refused");
  }
});

Deno.test("maxConnections counts for each origin by itself", async () => {
  await using one = heldServer();
  await using two = heldServer();
  await using client = new Client({ maxConnections: 1 });
  const calls = [client.get(one.url), client.get(two.url)];
  const given = [await one.next(), await two.next()];
  for (const exchange of given) await exchange.send(OK);
  assert.deepEqual(statuses(await Promise.all(calls)), [200, 200]);
});

Deno.test("closing the client fails those that wait, and opens nothing more", async () => {
  await using server = heldServer();
  const client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const calls = Array.from({ length: 3 }, (_, i) => client.get(`/${i}`, { throw: true }));
  const settled = Promise.allSettled(calls);
  await server.next();
  client.close();
  for (const { status } of await settled) assert.equal(status, "rejected");
  assert.deepEqual(server.paths, ["/0"]);
  assert.equal(server.connections, 1);
});

Deno.test("maxIdle closes what is more than that after a burst", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxIdle: 1 });
  for (const expected of [3, 5]) {
    const calls = Array.from({ length: 3 }, () => client.get("/"));
    for (let i = 0; i < 3; i++) await server.answer();
    await Promise.all(calls);
    assert.equal(server.connections, expected, "one of them was kept");
  }
});

Deno.test("maxIdle: 0 keeps none, and noConnectionReuse closes after one response", async () => {
  for (const options of [{ maxIdle: 0 }, { noConnectionReuse: true }]) {
    await using server = rawServer((x) => x.send(OK));
    await using client = new Client({ baseUrl: server.url, ...options });
    for (let i = 0; i < 3; i++) {
      const response = await client.get("/", { responseType: i === 2 ? "stream" : "bytes" });
      assert.equal(await response.text(), "ok");
      assert.equal(response.socket?.active, false);
    }
    assert.equal(server.connections, 3, JSON.stringify(options));
  }
});

Deno.test("noConnectionReuse gives each hop of a redirect a connection of its own", async () => {
  await using server = rawServer((x) =>
    x.send(
      x.head.startsWith("GET /go ")
        ? "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
        : OK,
    )
  );
  await using client = new Client({ baseUrl: server.url, noConnectionReuse: true });
  assert.equal((await client.get("/go")).status, 200);
  assert.equal(server.connections, 2);
});

Deno.test("maxIdleTime and maxAge end a connection that was good", async () => {
  const cases = [
    [{ maxIdleTime: 20 }, 2],
    [{ maxAge: 20 }, 2],
    [{ maxIdleTime: "1h", maxAge: "1h" }, 1],
  ] as const;
  for (const [options, expected] of cases) {
    await using server = rawServer((x) => x.send(OK));
    await using client = new Client({ baseUrl: server.url, ...options });
    assert.equal((await client.get("/")).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 40)); // More than the limit is the point.
    assert.equal((await client.get("/")).status, 200);
    assert.equal(server.connections, expected, JSON.stringify(options));
  }
});

Deno.test("maxAge: a connection too old is closed when its response has come", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxAge: 20 });
  const call = client.get("/");
  const given = await server.next();
  await new Promise((resolve) => setTimeout(resolve, 40));
  await given.send(OK);
  const response = await call;
  assert.deepEqual([response.status, response.socket?.active], [200, false]);
});

Deno.test("without limits as many requests at once are as many connections, all kept", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ baseUrl: server.url });
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 30 }, () => client.get("/")));
  }
  assert.equal(server.connections, 30);
});

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

Deno.test("HTTP/2: many requests at once share one connection, from the first on", async () => {
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

Deno.test("HTTP/2: more at once than the server takes on a connection open another", async () => {
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

Deno.test("HTTP/2: maxConnections lets streams wait until there is room", async () => {
  await using server = h2Server(() => Promise.resolve());
  await using client = new Client({ tls, version: 2, baseUrl: server.url, maxConnections: 1 });
  const responses = await Promise.all(Array.from({ length: 450 }, () => client.get("/")));
  for (const { status, error } of responses) assert.equal(status, 200, error?.message);
  assert.equal(server.ports.size, 1);
});

Deno.test("HTTP/2: the room that the server's SETTINGS give is used by those that wait", async () => {
  const all = 150; // More than is assumed before SETTINGS come, less than the 200 they allow.
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = h2Server(() => {
    if (++arrived === all) resolve();
    return promise;
  });
  const options = { maxConnections: 1, timeout: 5000 };
  await using client = new Client({ ...options, tls, version: 2, baseUrl: server.url });
  const calls = Array.from({ length: all }, () => client.get("/"));
  const failed = (await Promise.all(calls)).filter(({ status }) => status !== 200);
  resolve();
  assert.equal(failed.length, 0, failed[0]?.error?.message);
});

Deno.test("HTTP/2: streams that fail make room for those that wait", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hold = true;
  await using server = h2Server(() => hold ? promise : Promise.resolve());
  await using client = new Client({ tls, version: 2, baseUrl: server.url, maxConnections: 1 });
  // As many as there may be before the server's SETTINGS, and as many as it takes.
  const stuck = Array.from({ length: 200 }, () => client.get("/", { timeout: 500 }));
  const waiting = Array.from({ length: 5 }, () => client.get("/", { timeout: 5000 }));
  for (const { error } of await Promise.all(stuck)) {
    assert.equal(error?.code, "request_timeout");
  }
  hold = false;
  resolve();
  assert.deepEqual(statuses(await Promise.all(waiting)), Array(5).fill(200));
});

Deno.test("HTTP/2: aborting one stream leaves the connection to the others", async () => {
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
