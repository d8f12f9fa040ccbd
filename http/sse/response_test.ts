import assert from "node:assert/strict";
import { startTarget } from "../../targets/mod.ts";
import { HttpError } from "../errors.ts";
import { fetching, stream } from "./_events_for_tests.ts";
import { events } from "./mod.ts";
import type { EventStreamResponse } from "./response.ts";

async function dataOf(response: EventStreamResponse): Promise<string[]> {
  const found: string[] = [];
  for await (const { data } of events(response)) found.push(data);
  return found;
}

const unused = new AbortController().signal;

Deno.test("the events of a response are read to its end", async () => {
  await using target = startTarget();
  const response = await fetching(`${target.url}/sse?count=3&delay_ms=1`)("", unused);
  const found = [];
  for await (const event of events(response)) found.push(event);
  assert.deepEqual(
    found,
    [0, 1, 2].map((id) => ({ type: "ping", data: `{"id":${id}}`, lastEventId: String(id) })),
  );
});

Deno.test("an event comes when its blank line has come, not at the end", async () => {
  const loop = events(stream(["data: a\n\n"], "hang"));
  assert.equal((await loop.next()).value?.data, "a");
  await loop.return();
});

Deno.test("leaving the loop cancels the body, also between two events of one chunk", async () => {
  let cancelled = 0;
  for await (
    const { data } of events(stream(["data: a\n\ndata: b\n\n"], "hang", () => cancelled++))
  ) {
    assert.equal(data, "a");
    break;
  }
  assert.equal(cancelled, 1);
});

Deno.test("a body that fails gives the events before and then its error", async () => {
  const lost = new HttpError("response_incomplete", "body", "connection lost");
  const loop = events(stream(["data: a\n\ndata: b\n"], lost));
  assert.equal((await loop.next()).value?.data, "a");
  await assert.rejects(loop.next(), lost);
});

Deno.test("events before one that is too large are given, and the body is cancelled", async () => {
  let cancelled = 0;
  const chunk = `data: a\n\n${"x".repeat(2 ** 20 + 1)}`;
  const loop = events(stream([chunk], "hang", () => cancelled++));
  assert.equal((await loop.next()).value?.data, "a");
  await assert.rejects(loop.next(), { code: "response_too_large" });
  assert.equal(cancelled, 1);
});

Deno.test("what is no event stream is refused and its body cancelled", async () => {
  const cases: [status: number, type: string | null, got: string][] = [
    [404, "text/event-stream", "status 404"],
    [500, "text/html", "status 500"],
    [201, "text/event-stream", "status 201"],
    [200, "text/plain", "content type text/plain"],
    [200, "text/event-stream2", "content type text/event-stream2"],
    [200, null, "content type unknown"],
  ];
  for (const [status, type, got] of cases) {
    let cancelled = 0;
    const { body } = stream(["data: a\n\n"], "end", () => cancelled++);
    const headers = new Headers(type === null ? [] : [["content-type", type]]);
    await assert.rejects(dataOf({ status, headers, body }), {
      name: "HttpError",
      code: "response_malformed",
      phase: "headers",
      message:
        `expected an event stream, status 200 and content type text/event-stream: got ${got}`,
    });
    assert.equal(cancelled, 1);
  }
});

Deno.test("parameters and case of the content type don't matter", async () => {
  for (const type of ["text/event-stream;charset=utf-8", "Text/Event-Stream ; x=y"]) {
    const { body } = stream(["data: a\n\n"]);
    const headers = new Headers({ "content-type": type });
    assert.deepEqual(await dataOf({ status: 200, headers, body }), ["a"]);
  }
});

Deno.test("status 204 has no events", async () => {
  assert.deepEqual(await dataOf({ status: 204, headers: new Headers(), body: null }), []);
});

Deno.test("a failed request fails with its own error", async () => {
  const error = new HttpError("empty_reply", "headers", "no byte came");
  await assert.rejects(dataOf({ status: 0, headers: new Headers(), body: null, error }), error);
});

Deno.test("a signal ends a read that waits, and one that has not begun", async () => {
  for (const early of [true, false]) {
    let cancelled = 0;
    const controller = new AbortController();
    const body = stream([], "hang", () => cancelled++);
    if (early) controller.abort("enough");
    const next = events(body, { signal: controller.signal }).next();
    controller.abort("enough");
    await assert.rejects(next, { name: "HttpError", code: "aborted", cause: "enough" });
    assert.equal(cancelled, 1);
  }
});
