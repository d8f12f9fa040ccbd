import assert from "node:assert/strict";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client } from "./mod.ts";
import { isBegun } from "./stream_body.ts";
import { teeBody } from "./tee_body.ts";

/** Chunks of one byte, counted as they are asked for. */
function source(count: number) {
  const state = { asked: 0, cancelled: null as unknown };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (state.asked === count) return controller.close();
      controller.enqueue(Uint8Array.of(state.asked++));
    },
    cancel: (reason) => void (state.cancelled = reason),
  }, { highWaterMark: 0 });
  return { state, stream };
}

Deno.test("both streams give all bytes, each at its own pace and in memory of its own", async () => {
  const { stream, state } = source(5);
  const [a, b] = teeBody(stream, 100);
  assert.equal(state.asked, 0, "nobody has asked");
  const fast = a.getReader();
  const first = (await fast.read()).value!;
  assert.deepEqual([state.asked, isBegun(a), isBegun(b)], [1, true, false]);
  first[0] = 99;
  assert.deepEqual((await Array.fromAsync(b)).map(([byte]) => byte), [0, 1, 2, 3, 4]);
  const rest = [];
  for (let chunk = await fast.read(); !chunk.done; chunk = await fast.read()) {
    rest.push(chunk.value[0]);
  }
  assert.deepEqual(rest, [1, 2, 3, 4]);
});

Deno.test("streams that ask at once share a read", async () => {
  const { stream, state } = source(1);
  const [a, b] = teeBody(stream, 100);
  const [x, y] = await Promise.all([Array.fromAsync(a), Array.fromAsync(b)]);
  assert.deepEqual([x, y, state.asked], [[Uint8Array.of(0)], [Uint8Array.of(0)], 1]);
});

Deno.test("one that is cancelled keeps nothing, and the source ends with the second", async () => {
  const { stream, state } = source(50);
  const [a, b] = teeBody(stream, 10);
  await a.cancel("one");
  const reader = b.getReader();
  for (let i = 0; i < 20; i++) assert.equal((await reader.read()).value![0], i);
  assert.equal(state.cancelled, null);
  await reader.cancel("two");
  assert.equal(state.cancelled, "two");
});

Deno.test("one that is cancelled while it waits for a chunk asks for no more", async () => {
  const chunks: PromiseWithResolvers<Uint8Array>[] = [];
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = Promise.withResolvers<Uint8Array>();
      chunks.push(chunk);
      controller.enqueue(await chunk.promise);
    },
  }, { highWaterMark: 0 });
  const [a, b] = teeBody(stream, 10);
  const [gone, stays] = [a.getReader(), b.getReader()];
  const turn = () => new Promise((resolve) => setTimeout(resolve)); // Streams do what they are about to.
  const waiting = gone.read();
  await turn();
  await gone.cancel();
  assert.equal((await waiting).done, true);
  for (let i = 0; i < 3; i++) {
    const read = stays.read();
    await turn();
    chunks[i]!.resolve(Uint8Array.of(i));
    assert.deepEqual((await read).value, Uint8Array.of(i));
    await turn();
    assert.equal(chunks.length, i + 1);
  }
  await stays.cancel();
});

Deno.test("a stream too far ahead ends both, and the source", async () => {
  const { stream, state } = source(50);
  const [a, b] = teeBody(stream, 10);
  const reader = a.getReader();
  for (let i = 0; i < 10; i++) await reader.read();
  await assert.rejects(reader.read(), { code: "response_too_large" });
  assert.match(String(state.cancelled), /over 10 bytes behind/);
  const slow = b.getReader();
  for (let i = 0; i < 11; i++) assert.equal((await slow.read()).value![0], i);
  await assert.rejects(slow.read(), { code: "response_too_large" });
});

Deno.test("what the source fails with reaches both", async () => {
  const failure = new Error("cut");
  const [a, b] = teeBody(new ReadableStream({ pull: () => Promise.reject(failure) }), 10);
  const both = await Promise.allSettled([Array.fromAsync(a), Array.fromAsync(b)]);
  assert.deepEqual(both.map((one) => one.status === "rejected" && one.reason), [failure, failure]);
});

Deno.test("a clone of a body in memory, and of a failure, is one more of it", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok"));
  await using client = new Client();
  const response = await client.get(server.url);
  const clone = response.clone();
  assert.notEqual(clone, response);
  for (const one of [response, clone, clone]) assert.equal(await one.text(), "ok");
  assert.deepEqual([clone.status, clone.bodyUsed, response.bodyUsed], [201, false, false]);
  const failed = (await client.get("http://127.0.0.1:1/")).clone();
  assert.deepEqual([failed.status, failed.type, failed.error?.code], [
    0,
    "error",
    "connection_refused",
  ]);
});

Deno.test("a connection is free again when both clones of its body were read or left", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  await using client = new Client({ responseType: "stream" });
  for (let i = 0; i < 3; i++) {
    const response = await client.get(server.url);
    const clone = response.clone();
    assert.equal(await response.text(), "ok");
    await clone.body.cancel();
    await assert.rejects(clone.text(), { code: "body_used" });
  }
  assert.equal(server.connections, 1);
});
