import assert from "node:assert/strict";
import type { Payload } from "./message.ts";
import { payloadBytes } from "./payload.ts";

const text = (data: Payload) => new TextDecoder().decode(payloadBytes(data));

Deno.test("a payload is text as UTF-8, bytes as they are, nothing, or JSON", () => {
  const bytes = Uint8Array.of(1, 2);
  assert.equal(payloadBytes(bytes), bytes);
  assert.deepEqual([...payloadBytes(bytes.buffer)], [1, 2]);
  assert.deepEqual([text("é"), text(""), text(undefined)], ["é", "", ""]);
  assert.deepEqual([text(null), text(0), text(false), text({ a: [1] })], [
    ...["null", "0", "false", '{"a":[1]}'],
  ]);
});

Deno.test("what JSON can't hold is refused as a publish that failed", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const wrong: unknown[] = [circular, { big: 1n }, () => {}, Symbol("s"), 1n];
  for (const data of wrong) {
    assert.throws(() => payloadBytes(data as Payload), { name: "NatsError", errorCode: 1009 });
  }
});
