import assert from "node:assert/strict";
import { TCP } from "../net/mod.ts";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, type Response } from "./mod.ts";

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

Deno.test("who waited for the connection of another was blocked, and made none", async () => {
  await using server = heldServer();
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const calls = [client.get("/first"), client.get("/waiting")];
  await server.answer();
  await server.answer();
  const [first, waiting] = await Promise.all(calls) as [Response, Response];
  assert(first.timings.connecting > 0 && first.timings.blocked > 0);
  assert.equal(waiting.timings.connecting, 0);
  assert(waiting.timings.blocked > 0);
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
  await using client = new Client({
    baseUrl: server.url,
    maxConnections: 1,
    connectTimeout: 20,
    dial: (address) => TCP.open(address), // Which may take longer.
  });
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
  const [warm] = await Promise.all([client.get("/warm"), server.answer()]);
  assert.equal(warm.status, 200);
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
