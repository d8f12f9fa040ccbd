import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { NetError } from "../../net/mod.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { HttpError } from "../errors.ts";
import { answering, fetching, quickClock, stream } from "./_events_for_tests.ts";
import { eventSource } from "./mod.ts";
import type { ServerSentEvent } from "./parser.ts";
import type { EventStreamResponse } from "./response.ts";

const GONE: EventStreamResponse = { status: 204, headers: new Headers(), body: null };
const lost = new HttpError("response_incomplete", "body", "connection lost");

async function dataOf(source: AsyncIterable<ServerSentEvent>): Promise<string[]> {
  const found: string[] = [];
  for await (const { data } of source) found.push(data);
  return found;
}

Deno.test("a dropped connection is made again with the id of the last whole event", async () => {
  const ids: (string | undefined)[] = [];
  await using server = rawServer(async ({ head, send, close }) => {
    const id = /last-event-id: (.*)/i.exec(head)?.[1];
    ids.push(id);
    const from = id === undefined ? 0 : Number(id) + 1;
    if (from === 6) return await send("HTTP/1.1 204 No Content\r\n\r\n");
    await send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\n",
    );
    for (const at of [from, from + 1]) await send(`id: ${at}\ndata: ${at}\n\n`);
    await send("id: 99\ndata: half\n");
    close();
  });
  const source = eventSource(fetching(server.url), { retryDelay: 1 });
  assert.deepEqual(await dataOf(source), ["0", "1", "2", "3", "4", "5"]);
  assert.deepEqual(ids, [undefined, "1", "3", "5"]);
});

Deno.test("it waits 3 s before it connects again, or what the stream says", async () => {
  const clock = quickClock();
  const connect = answering([
    () => stream(["data: a\n\n"]),
    () => stream(["retry: 70\n"]),
    () => stream([], lost),
    () => GONE,
  ]);
  assert.deepEqual(await dataOf(eventSource(connect, {}, clock)), ["a"]);
  assert.deepEqual(clock.waits, [3000, 70, 70]);
});

Deno.test("the wait is an option, and so is its random part", async () => {
  const connect = () => answering([() => stream([]), () => GONE]);
  for (
    const [retryDelay, jitter, waited] of [["2s", 0, 2000], [100, 0.5, 125], [100, 1, 150]] as const
  ) {
    const clock = quickClock(0.5);
    await dataOf(eventSource(connect(), { retryDelay, jitter }, clock));
    assert.deepEqual(clock.waits, [waited]);
  }
});

Deno.test("ids are sent on, also those of streams before, one character a byte", async () => {
  const connect = answering([
    () => stream(["data: a\n\n"]),
    () => stream(["id: ü🎈\ndata: b\n\nid: lost\ndata: c"]),
    () => stream(["id\ndata: d\n\n"]),
    () => GONE,
  ]);
  const source = eventSource(connect, { lastEventId: "7", retryDelay: 0 }, quickClock());
  assert.deepEqual(await dataOf(source), ["a", "b", "d"]);
  assert.deepEqual(connect.ids, ["7", "7", "\xc3\xbc\xf0\x9f\x8e\x88", ""]);
});

Deno.test("a server that can't be reached is tried again, a failed response as well", async () => {
  const refused = new NetError("connection_refused", "connect to x failed", { phase: "connect" });
  const connect = answering([
    () => Promise.reject(refused),
    () => ({ status: 0, headers: new Headers(), body: null, error: refused }),
    () => stream(["data: a\n\n"]),
    () => GONE,
  ]);
  assert.deepEqual(await dataOf(eventSource(connect, {}, quickClock())), ["a"]);
});

Deno.test("what trying again won't mend ends it", async () => {
  const failures = [
    new NetError("tls_certificate", "not trusted", { phase: "tls" }),
    new HttpError("url_invalid", "prepare", "no URL"),
    new TypeError("a mistake in the script"),
  ];
  for (const failure of failures) {
    const source = eventSource(() => Promise.reject(failure), {}, quickClock());
    await assert.rejects(dataOf(source), failure);
  }
  const wrong = stream(["<p>"]);
  wrong.headers.set("content-type", "text/html");
  for (const response of [wrong, { ...stream([]), status: 503 }]) {
    const source = eventSource(() => Promise.resolve(response), {}, quickClock());
    await assert.rejects(dataOf(source), { code: "response_malformed" });
  }
  const large = eventSource(answering([() => stream(["x".repeat(2 ** 20 + 1)])]), {}, quickClock());
  await assert.rejects(dataOf(large), { code: "response_too_large" });
});

Deno.test("maxReconnects ends it with its last connection, or with what that failed with", async () => {
  const ending = answering([0, 1, 2].map((n) => () => stream([`data: ${n}\n\n`])));
  const options = { maxReconnects: 2 };
  assert.deepEqual(await dataOf(eventSource(ending, options, quickClock())), ["0", "1", "2"]);
  const failing = answering([0, 1, 2].map((n) => () => stream([`data: ${n}\n\n`], lost)));
  const found: string[] = [];
  await assert.rejects(async () => {
    for await (const { data } of eventSource(failing, options, quickClock())) found.push(data);
  }, lost);
  assert.deepEqual(found, ["0", "1", "2"]);
  const once = answering([() => stream(["data: 0\n\n"])]);
  assert.deepEqual(await dataOf(eventSource(once, { maxReconnects: 0 }, quickClock())), ["0"]);
});

Deno.test("leaving the loop closes the connection, and the server notices", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: a\n\n")),
      cancel: () => resolve(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  for await (const { data } of eventSource(fetching(`http://127.0.0.1:${server.addr.port}/`))) {
    assert.equal(data, "a");
    break;
  }
  await gone;
});

Deno.test("a signal ends it while it connects, reads or waits", async () => {
  for (const when of ["before", "connecting", "reading", "waiting"]) {
    let cancelled = 0;
    const controller = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<EventStreamResponse>();
    let given: AbortSignal | undefined;
    const abortSoon = () => queueMicrotask(() => controller.abort("enough"));
    const connect = (_: string, signal: AbortSignal) => {
      given = signal;
      if (when === "waiting") return Promise.resolve(stream([]));
      abortSoon();
      if (when === "connecting") return late;
      return Promise.resolve(stream([], "hang", () => cancelled++));
    };
    const clock = {
      random: () => 0,
      after() {
        abortSoon();
        return () => cancelled++;
      },
    };
    if (when === "before") controller.abort("enough");
    const source = eventSource(connect, { signal: controller.signal }, clock);
    await assert.rejects(dataOf(source), { code: "aborted", cause: "enough" }, when);
    assert.equal(given?.aborted, true);
    // An answer that comes too late is let go of.
    resolve(stream([], "hang", () => cancelled++));
    await new Promise((done) => setTimeout(done));
    assert.equal(cancelled, 1, when);
  }
});

Deno.test("the end of the iteration ends what it left open", async () => {
  let cancelled = 0;
  const context = newContext(new Registry());
  const connect = answering([() => stream(["data: a\n\n"], "hang", () => cancelled++)]);
  const loop = runInContext(context, () => eventSource(connect))[Symbol.asyncIterator]();
  await loop.next();
  const next = loop.next();
  closeOwned(context);
  await assert.rejects(next, { code: "aborted" });
  assert.deepEqual([cancelled, context.owned?.size], [1, 0]);
});

Deno.test("each loop over a source begins anew", async () => {
  const connect = answering([
    () => stream(["id: 5\ndata: a\n\n"]),
    () => stream(["data: b\n\n"]),
  ]);
  const source = eventSource(connect, { maxReconnects: 0 });
  assert.deepEqual([await dataOf(source), await dataOf(source)], [["a"], ["b"]]);
  assert.deepEqual(connect.ids, ["", ""]);
});

Deno.test("options that there are not are errors when the source is made", () => {
  const cases: [options: object, message: RegExp][] = [
    [{ retryDelay: "soon" }, /^retryDelay is not a duration: "soon"/],
    [{ retryDelay: -1 }, /^retryDelay is not a duration: -1/],
    [{ jitter: 2 }, /^jitter must be a number from 0 to 1: 2$/],
    [{ jitter: "1" }, /^jitter must be/],
    [{ jitter: NaN }, /^jitter must be/],
    [{ maxReconnects: -1 }, /^maxReconnects must be a whole number from 0: -1$/],
    [{ maxReconnects: 1.5 }, /^maxReconnects must be/],
    [{ lastEventId: 7 }, /^lastEventId must be text: 7$/],
    [{ maxReconnect: 1 }, /^event source has no option maxReconnect: did you mean maxReconnects$/],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => eventSource(answering([]), options), { name: "OptionError", message });
  }
});
