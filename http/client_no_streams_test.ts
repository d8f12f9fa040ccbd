import assert from "node:assert/strict";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { Client, type Response } from "./mod.ts";

// Fault 30: a server of HTTP/2 that allows no streams.

/** SETTINGS with one parameter. */
function settings(parameter: number, value: number): string {
  return `\0\0\x06\x04\0\0\0\0\0\0${String.fromCharCode(parameter)}\0\0\0${
    String.fromCharCode(value)
  }`;
}

const NONE = settings(3, 0);
/** The acknowledgement of SETTINGS. */
const ACK = "\0\0\0\x04\x01\0\0\0\0";

/** RST_STREAM, REFUSED_STREAM. */
function refusal(stream: number): string {
  return `\0\0\x04\x03\0\0\0\0${String.fromCharCode(stream)}\0\0\0\x07`;
}

/** `:status: 200` ends a stream. */
function answer(stream: number): string {
  return `\0\0\x01\x01\x05\0\0\0${String.fromCharCode(stream)}\x88`;
}

/** The head of a request without a body. */
function opening(stream: number): string {
  return `\x01\x05\0\0\0${String.fromCharCode(stream)}`;
}

/** Reads until the client has sent something, or has gone. */
async function received(x: RawExchange, bytes: string, came = ""): Promise<void> {
  while (!came.includes(bytes)) {
    const more = await x.receive();
    if (more === "") return;
    came += more;
  }
}

function assertTimedOut({ status, error }: Response, phase: string): void {
  assert.deepEqual([status, error?.code], [0, "request_timeout"], error?.message);
  assert.equal(error && "phase" in error ? error.phase : null, phase);
}

for (const maxConnections of [undefined, 1]) {
  const options = {
    version: 2,
    ...(maxConnections === undefined ? {} : { maxConnections }),
  } as const;
  const limited = `${maxConnections === undefined ? "without" : "with"} a limit of connections`;

  Deno.test(`30 no streams allowed: requests time out over one connection, ${limited}`, async () => {
    await Promise.all(["", refusal(1)].map(async (reply) => {
      const told = Promise.withResolvers<void>();
      await using server = rawServer(async (x) => {
        await received(x, opening(1), x.rest);
        await x.send(NONE + reply);
        await received(x, ACK);
        told.resolve();
      });
      await using client = new Client({ ...options, baseUrl: server.url });
      // It was under way before the server said so: turned away, it waits as all others do.
      const first = client.get("/", { timeout: 1000 });
      await told.promise;
      for (let round = 0; round < 2; round++) {
        const calls = Array.from({ length: 20 }, () => client.get("/", { timeout: 50 }));
        for (const response of await Promise.all(calls)) assertTimedOut(response, "connect");
      }
      assertTimedOut(await client.get("/", { timeout: { total: 50 } }), "connect");
      assertTimedOut(await first, reply === "" ? "headers" : "connect");
      assert.equal(server.connections, 1);
    }));
  });

  Deno.test(`30 who waits is served once a stream is allowed, ${limited}`, async () => {
    const waiting = Promise.withResolvers<void>();
    await using server = rawServer(async (x) => {
      await received(x, opening(1), x.rest);
      await x.send(NONE + refusal(1));
      await waiting.promise;
      await x.send(settings(3, 1));
      await received(x, opening(3));
      await x.send(answer(3));
    });
    await using client = new Client({ ...options, baseUrl: server.url });
    client.on("requestQueued", () => waiting.resolve());
    const response = await client.post("/", { timeout: "20s" });
    assert.equal(response.status, 200, response.error?.message);
    assert.equal(server.connections, 1);
  });

  Deno.test(`30 who waits goes to a new connection once the old one is gone, ${limited}`, async () => {
    const waiting = Promise.withResolvers<void>();
    await using server = rawServer(async (x) => {
      await received(x, opening(1), x.rest);
      if (x.connection > 0) return await x.send(settings(3, 9) + answer(1));
      await x.send(NONE + refusal(1));
      await waiting.promise;
      x.close();
    });
    await using client = new Client({ ...options, baseUrl: server.url });
    client.on("requestQueued", () => waiting.resolve());
    const response = await client.get("/", { timeout: "20s" });
    assert.equal(response.status, 200, response.error?.message);
    assert.equal(server.connections, 2);
  });
}
