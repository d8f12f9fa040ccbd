import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { closeContext, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, fetch, HttpError, Request } from "./mod.ts";

// Our `fetch` beside the web's, which Deno has: what it is given, and what comes of it.

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Runs as a virtual user, whose default client is closed at the end. */
async function asUser(body: () => Promise<void>): Promise<void> {
  const context = newContext(new Registry());
  try {
    await runInContext(context, body);
  } finally {
    closeContext(context);
  }
}

type Body =
  | Blob
  | URLSearchParams
  | FormData
  | ArrayBuffer
  | DataView<ArrayBuffer>
  | ReadableStream<Uint8Array>;

interface Echo {
  method: string;
  headers: Record<string, string>;
  form: Record<string, string>;
  data: string;
}

for (const [peer, call] of [["ours", fetch], ["the web's", globalThis.fetch]] as const) {
  Deno.test(`${peer} fetch takes the web's Request with its method, headers and body`, () =>
    asUser(async () => {
      await using target = startTarget();
      const request = new globalThis.Request(`${target.url}/anything`, {
        method: "PATCH",
        headers: { "X-Team": "rain" },
        body: "some text",
      });
      const echo = await (await call(request)).json() as Echo;
      assert.deepEqual([echo.method, echo.data], ["PATCH", "some text"]);
      assert.equal(echo.headers["x-team"], "rain");
      assert.equal(echo.headers["content-length"], "9");
      assert.equal(echo.headers["content-type"], "text/plain;charset=UTF-8");
      assert.equal(request.bodyUsed, true);
      await assert.rejects(call(request), peer === "ours" ? { code: "body_used" } : TypeError);
    }));

  Deno.test(`${peer} fetch lets options replace what a web's Request has`, () =>
    asUser(async () => {
      await using target = startTarget();
      const request = new globalThis.Request(`${target.url}/anything`, {
        method: "POST",
        headers: { "X-A": "1" },
        body: "first",
      });
      const options = { method: "put", headers: { "X-B": "2" }, body: "second" };
      const echo = await (await call(request, options)).json() as Echo;
      assert.deepEqual([echo.method, echo.data], ["PUT", "second"]);
      assert.deepEqual([echo.headers["x-a"], echo.headers["x-b"]], [undefined, "2"]);
    }));

  Deno.test(`${peer} fetch sends every kind of body, and a stream with duplex: half`, () =>
    asUser(async () => {
      await using target = startTarget();
      const form = new FormData();
      form.append("name", "k6");
      const bytes = new TextEncoder().encode("..text..");
      const bodies: [Body, type: RegExp | null, data: string][] = [
        [new Blob(["text"], { type: "text/csv" }), /^text\/csv$/, "text"],
        [new URLSearchParams({ name: "k6" }), /^application\/x-www-form-urlencoded/, ""],
        [form, /^multipart\/form-data; boundary=/, ""],
        [bytes.buffer, null, "..text.."],
        [new DataView(bytes.buffer, 2, 4), null, "text"],
        [new Blob(["text"]).stream(), null, "text"],
      ];
      for (const [body, type, data] of bodies) {
        const options = { method: "POST", body, duplex: "half" } as const;
        const echo = await (await call(`${target.url}/post`, options)).json() as Echo;
        const sent = echo.headers["content-type"];
        if (type === null) assert.equal(sent, undefined);
        else assert.match(sent!, type);
        if (data === "") assert.deepEqual(echo.form, { name: "k6" });
        else assert.equal(echo.data, data);
      }
    }));

  Deno.test(`${peer} fetch does with redirects what it is told`, () =>
    asUser(async () => {
      await using target = startTarget();
      const url = `${target.url}/redirect/1`;
      const followed = await call(url);
      assert.deepEqual(
        [followed.status, followed.redirected, followed.url],
        [200, true, `${target.url}/get`],
      );
      const manual = await call(url, { redirect: "manual" });
      assert.deepEqual([manual.status, manual.redirected, manual.url], [302, false, url]);
      assert.equal(manual.headers.get("location"), "/get");
      const request = new globalThis.Request(url, { redirect: "manual" });
      const asked = await call(request);
      assert.equal(asked.status, 302);
      const refused = peer === "ours" ? { code: "redirect_refused" } : TypeError;
      await assert.rejects(call(url, { redirect: "error" }), refused);
      const plain = await call(`${target.url}/get`, { redirect: "error" });
      assert.deepEqual([plain.status, plain.redirected, plain.type], [200, false, "basic"]);
      await Promise.all([followed, manual, asked, plain].map((one) => one.body?.cancel()));
    }));

  Deno.test(`${peer} fetch rejects with the reason of its signal`, () =>
    asUser(async () => {
      await using server = rawServer(async (x) => void await x.receive()); // Says nothing.
      const reason = { why: "enough" };
      const gone = AbortSignal.abort(reason);
      const is = (error: unknown) => error === reason;
      await assert.rejects(call(server.url, { signal: gone }), is);
      await assert.rejects(call(new globalThis.Request(server.url, { signal: gone })), is);
      const named = { name: "AbortError" };
      await assert.rejects(call(server.url, { signal: AbortSignal.abort() }), named);
      for (const asRequest of [false, true]) {
        const controller = new AbortController();
        const { signal } = controller;
        const sent = asRequest
          ? call(new globalThis.Request(server.url, { signal }))
          : call(server.url, { signal });
        queueMicrotask(() => controller.abort(reason));
        await assert.rejects(sent, is);
      }
    }));

  Deno.test(`${peer} fetch refuses a body for GET and HEAD`, () =>
    asUser(async () => {
      await using server = rawServer((x) => x.send(OK));
      const refused = peer === "ours" ? { code: "request_invalid" } : TypeError;
      for (const method of ["GET", "head"]) {
        await assert.rejects(
          (async () => await call(server.url, { method, body: "x" }))(),
          refused,
        );
      }
      assert.equal(server.heads.length, 0);
    }));

  Deno.test(`${peer} fetch gives a response that can be cloned until it is read`, () =>
    asUser(async () => {
      await using target = startTarget();
      const url = `${target.url}/bytes/100000`;
      const response = peer === "ours"
        ? await fetch(url, { responseType: "stream" })
        : await globalThis.fetch(url);
      const clone = response.clone();
      assert.deepEqual([clone.status, clone.url, clone.ok], [200, url, true]);
      const [a, b] = await Promise.all([response.bytes(), clone.bytes()]);
      assert.equal(a.length, 100_000);
      assert.deepEqual(a, b);
      assert.deepEqual([response.bodyUsed, clone.bodyUsed], [true, true]);
      const refused = peer === "ours" ? { code: "body_used" } : TypeError;
      assert.throws(() => response.clone(), refused);
    }));
}

Deno.test("fetch normalizes methods as the web does, and leaves our requests alone", () =>
  asUser(async () => {
    await using server = rawServer((x) => x.send(OK));
    for (const method of ["delete", "Options", "patch"]) await fetch(server.url, { method });
    const request = new Request(server.url, { method: "POST", body: "x" });
    await fetch(request, { method: "put" });
    assert.equal(request.method, "POST");
    assert.deepEqual(server.heads.map((head) => head.split(" ")[0]), [
      ...["DELETE", "OPTIONS", "patch"], // So says the standard.
      "PUT",
    ]);
  }));

Deno.test("fetch refuses what it can't do, by name", () =>
  asUser(async () => {
    await using server = rawServer((x) => x.send(OK));
    const refused: [Record<string, unknown>, RegExp][] = [
      [{ credentials: "include" }, /^fetch has no credentials: it is for pages in browsers/],
      [{ redirect: "stop" }, /^redirect is "stop": choose follow, manual or error$/],
      [{ redirect: "error", maxRedirects: 3 }, /^redirect error and maxRedirects are given/],
      [{ duplex: "full" }, /^duplex is "full": half is all there is$/],
      [{ hedaers: {} }, /unknown option hedaers|did you mean headers/],
    ];
    for (const [options, message] of refused) {
      await assert.rejects(
        fetch(server.url, options),
        (error) => error instanceof OptionError && message.test(error.message),
      );
    }
    assert.equal(server.heads.length, 0);
  }));

Deno.test("fetch with throw: false gives a response for a refused redirect, too", () =>
  asUser(async () => {
    await using target = startTarget();
    const options = { redirect: "error", throw: false, responseType: "stream" } as const;
    const response = await fetch(`${target.url}/redirect/1`, options);
    assert.deepEqual([response.status, response.type], [0, "error"]);
    assert(response.error instanceof HttpError && response.error.code === "redirect_refused");
    assert.match(
      response.error.message,
      /^redirect of GET .*\/redirect\/1 can't be followed: fetch/,
    );
  }));

Deno.test("a redirect is known as one with listeners too, and with a Blob sent twice", async () => {
  await using server = rawServer((x) =>
    x.send(
      x.head.includes(" /a ")
        ? "HTTP/1.1 307 Go\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
        : `HTTP/1.1 200 OK\r\nContent-Length: ${x.rest.length}\r\n\r\n${x.rest}`,
    )
  );
  await using client = new Client({ baseUrl: server.url });
  for (let round = 0; round < 2; round++) {
    const response = await client.post("/a", { body: new Blob(["text"]) });
    assert.deepEqual([response.status, response.redirected], [200, true]);
    assert.equal((await client.get("/b")).redirected, false);
    client.on("requestToBeSent", () => {});
  }
  assert.match(server.heads[1]!, /^POST \/b HTTP\/1\.1\r\n[^]*Content-Length: 4$/);
});
