import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { hear } from "./_heard_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import {
  type AuthOption,
  type CallOptions,
  Client,
  type ClientEventType,
  type UserCredentials,
} from "./mod.ts";

/** A server that wants `Basic` credentials of alice, and keeps those it was given. */
function basicServer() {
  const seen: (string | null)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const body = await request.text();
      const given = request.headers.get("authorization");
      seen.push(given);
      if (given === `Basic ${btoa("alice:secret")}`) return new globalThis.Response(`in: ${body}`);
      const headers = { "www-authenticate": `Basic realm="a, digest"` };
      return new globalThis.Response("who?", { status: 401, headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("authRequired may give credentials, and the request is sent again with its body", async () => {
  await using server = basicServer();
  const cases: (UserCredentials | AuthOption)[] = [
    { username: "alice", password: "secret" },
    { type: "basic", username: "alice", password: "secret" },
  ];
  for (const version of [1.1, 2] as const) {
    for (const credentials of cases) {
      await using client = new Client({ version: [version] });
      const heard = hear(client, ["authRequired", "requestToBeSent"]);
      client.on("authRequired", ({ data }) => {
        assert.equal(data.response.status, 401);
        assert.equal(data.answered, false);
        data.credentials = credentials;
      });
      const response = await client.request("PUT", server.url, { body: "the body" });
      assert.equal(await response.text(), "in: the body");
      assert.deepEqual(heard.types, ["requestToBeSent", "authRequired", "requestToBeSent"]);
    }
  }
});

Deno.test("a listener is asked for credentials three times, and for bad ones rejects the call", async () => {
  await using server = basicServer();
  await using client = new Client();
  let asked = 0;
  const wrong = await client.get(server.url, {
    eventHandlers: {
      authRequired: ({ data }) => {
        data.credentials = { username: "alice", password: `guess ${++asked}` };
      },
    },
  });
  assert.equal(wrong.status, 401);
  assert.equal(asked, 3);
  assert.equal(server.seen.length, 4);
  const none = await client.get(server.url, { eventHandlers: { authRequired: () => {} } });
  assert.equal(none.status, 401);
  const bad = [{ username: "a" }, { type: "ntlm" }, "alice:secret"];
  for (const credentials of bad as unknown as UserCredentials[]) {
    const eventHandlers = {
      authRequired: ({ data }: { data: { credentials: unknown } }) => {
        data.credentials = credentials;
      },
    };
    await assert.rejects(client.get(server.url, { eventHandlers }), OptionError);
  }
  const stream = new Blob(["once"]).stream();
  const call = client.put(server.url, {
    body: stream,
    eventHandlers: {
      authRequired: ({ data }) => data.credentials = { username: "alice", password: "secret" },
    },
  });
  await assert.rejects(call, /can't be sent again with credentials: its body is a stream/);
});

Deno.test("requestFailed may give the failure another code, which is the tag, and edit its samples", async () => {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    const heard = hear(client, ["responseReceived", "requestFailed", "metricsToBeEmitted"]);
    client.on("requestFailed", ({ data }) => {
      assert.equal(data.errorCode, 1212);
      data.errorCode = 1999;
      data.metrics["http_reqs"]!.tags["planned"] = "yes";
      delete data.metrics["http_req_failed"];
    });
    client.on("metricsToBeEmitted", ({ data }) => {
      assert.equal(data.metrics["http_reqs"]!.tags["error_code"], "1999");
    });
    const response = await client.get("http://127.0.0.1:1/");
    assert.equal(response.errorCode, 1999);
    assert.equal(response.error?.code, "connection_refused");
    assert.deepEqual(heard.types, ["responseReceived", "requestFailed", "metricsToBeEmitted"]);
  });
  const tags = { error_code: "1999", planned: "yes" };
  assert.deepEqual(registry.select("http_reqs", tags), { type: "counter", total: 1 });
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 1 });
  assert.equal(registry.select("http_req_failed"), undefined);
});

Deno.test("each attempt that failed is recorded once: repeated, thrown, aborted", async () => {
  await using server = rawServer((x) => x.close());
  const told: (number | null)[] = [];
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ baseUrl: server.url });
    client.on("metricsToBeEmitted", ({ data }) => told.push(data.response?.errorCode ?? null));
    client.on("requestFailed", ({ data }) => data.errorCode = 1998);
    await client.get("/", { retry: { attempts: 3, delay: 0 } });
    await assert.rejects(client.get("/", { throw: true }));
    const abort = new AbortController();
    const aborted = client.get("/", {
      signal: abort.signal,
      eventHandlers: { requestSent: () => abort.abort() },
    });
    await assert.rejects(aborted, /aborted/);
  });
  assert.deepEqual(told, [1000, 1000, 1998, 1998, null]);
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 5 });
});

Deno.test("a request whose listener throws is recorded once, with what was changed so far", async () => {
  const silent: ClientEventType[] = ["requestCreated", "requestToBeSent"]; // Nothing was sent.
  const aborted: ClientEventType[] = [
    ...["connectStart", "connectEnd", "connectionAcquired", "headersSent", "requestSent"] as const,
    ...["responseStarted", "bodyChunkReceived"] as const,
  ];
  const answered: ClientEventType[] = [
    ...["responseReceived", "metricsToBeEmitted", "cookiesReceived", "responseCompleted"] as const,
  ];
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\n\r\nok")
  );
  const fail = () => {
    throw new Error("no");
  };
  for (const type of [...silent, ...aborted, "connectionReleased" as const, ...answered]) {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using client = new Client({ baseUrl: server.url });
      client.on("responseReceived", ({ data }) => data.metrics["http_reqs"]!.tags["who"] = "me");
      client.on(type, fail);
      await assert.rejects(client.get("/"), /^Error: no$/, type);
    });
    const edited = registry.select("http_reqs", { who: "me", status: "200" });
    const failed = registry.select("http_reqs", { status: "0" });
    const one = { type: "counter", total: 1 };
    assert.deepEqual(failed, aborted.includes(type) ? one : undefined, type);
    assert.deepEqual(edited, answered.includes(type) ? one : undefined, type);
    assert.deepEqual(registry.select("http_reqs"), silent.includes(type) ? undefined : one, type);
  }
});

Deno.test("a failure whose listener throws is recorded once, and so are the attempts before it", async () => {
  await using server = rawServer((x) => x.head.includes("/silent") ? undefined : x.close());
  const retry = { attempts: 3, delay: 0 };
  const cases: [type: ClientEventType, path: string, options: CallOptions, requests: number][] = [
    ["responseReceived", "/", {}, 1],
    ["metricsToBeEmitted", "/", {}, 1],
    ["requestFailed", "/", {}, 1],
    ["requestTimeout", "/silent", { timeout: { total: 20 } }, 1],
    ["requestRetried", "/", { retry }, 1],
    ["requestFailed", "/", { retry }, 3],
  ];
  for (const [type, path, options, requests] of cases) {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using client = new Client({ baseUrl: server.url });
      client.on(type, () => {
        throw new Error("no");
      });
      await assert.rejects(client.get(path, options), /^Error: no$/, type);
    });
    const recorded = registry.select("http_reqs", { status: "0" });
    assert.deepEqual(recorded, { type: "counter", total: requests }, type);
  }
});

Deno.test("responseReceived may change the headers that the caller sees", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  client.on("responseReceived", ({ data }) => {
    data.headers.set("X-Added", "yes");
    data.headers.delete("Content-Encoding"); // Leaves the body as it came.
  });
  const response = await client.get("/gzip");
  assert.equal(response.headers.get("x-added"), "yes");
  assert.deepEqual([...(await response.bytes()).subarray(0, 2)], [0x1f, 0x8b]);
});

Deno.test("cookiesReceived may change what is kept", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  client.on("cookiesReceived", ({ data }) => {
    data.cookies = [...data.cookies.filter((cookie) => !cookie.startsWith("a=")), "c=3; Path=/"];
  });
  await client.get("/cookies/set?a=1&b=2");
  const { cookies } = await (await client.get("/cookies")).json() as { cookies: unknown };
  assert.deepEqual(cookies, { b: "2", c: "3" });
});

Deno.test("an event's name gives its data's type", () => {
  // Checked by the compiler.
  const client = new Client();
  client.on("lookupEnd", ({ data }) => {
    const addresses: string[] = data.addresses;
    return addresses;
  });
  client.on("tlsEnd", ({ type, data }) => {
    const name: "tlsEnd" = type;
    const alpn: string | null = data.tls.alpn;
    return [name, alpn];
  });
  // @ts-expect-error: there is no such field
  client.on("requestSent", ({ data }) => data.addresses);
  client.close();
});
