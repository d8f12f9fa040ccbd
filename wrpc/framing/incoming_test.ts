import assert from "node:assert/strict";
import { WrpcError } from "../errors.ts";
import { Incoming, MAX_WAITING_BYTES } from "./incoming.ts";

const BYTES = new Uint8Array(MAX_WAITING_BYTES / 4);

Deno.test("bytes that come before their value wait for it", async () => {
  const incoming = new Incoming([[0, null]], () => {});
  incoming.receive([0, 7], Uint8Array.of(1));
  assert.deepEqual(await incoming.read([0, 7]).read(), Uint8Array.of(1));
});

Deno.test("fault 63: too many bytes before their value are refused", () => {
  const incoming = new Incoming([[0, null]], () => {});
  for (let i = 0; i < 4; i++) incoming.receive([0, i], BYTES);
  assert.throws(() => incoming.receive([0, 9], Uint8Array.of(1)), { code: "buffer_full" });
});

Deno.test("fault 63: too many channels before their values are refused", () => {
  const incoming = new Incoming([[0, null]], () => {});
  assert.throws(() => {
    for (let i = 0; i < 5000; i++) incoming.receive([0, i], Uint8Array.of(1));
  }, { code: "buffer_full" });
});

Deno.test("reading stops while nobody takes what is here, and goes on when somebody does", async () => {
  let pumped = 0;
  const incoming = new Incoming([[0], [1]], () => pumped++);
  const [slow, waiting] = [incoming.read([0]), incoming.read([1])];
  assert.equal(incoming.wanted, false); // Nobody waits.
  const read = waiting.read();
  assert.deepEqual([incoming.wanted, pumped], [true, 1]);
  for (let i = 0; i < 4; i++) incoming.receive([0], BYTES);
  assert.equal(incoming.wanted, false); // Somebody waits, but too much is here.
  await slow.read();
  assert.deepEqual([incoming.wanted, pumped > 1], [true, true]);
  incoming.receive([1], Uint8Array.of(9));
  assert.deepEqual(await read, Uint8Array.of(9));
  assert.equal(incoming.wanted, false);
});

Deno.test("a channel ends by itself, after what came on it and whatever else goes on", async () => {
  const incoming = new Incoming([[0], [1]], () => {});
  incoming.receive([0], Uint8Array.of(1));
  incoming.endOf([0]);
  incoming.endOf([]);
  assert.deepEqual([incoming.rootOver, incoming.unfinished], [true, false]);
  const reader = incoming.read([0]);
  assert.deepEqual([await reader.read(), await reader.read()], [Uint8Array.of(1), null]);
  assert.throws(() => incoming.receive([0], Uint8Array.of(2)), { code: "data_after_end" });
  incoming.receive([1], Uint8Array.of(3));
  assert.deepEqual(await incoming.read([1]).read(), Uint8Array.of(3));
  assert.equal(incoming.unfinished, true);
});

Deno.test("fault 63: where reading can't stop, too many bytes that wait are refused", () => {
  const incoming = new Incoming([[0]], () => {}, 10);
  incoming.read([0]);
  incoming.receive([0], new Uint8Array(10));
  assert.throws(() => incoming.receive([0], Uint8Array.of(1)), { code: "buffer_full" });
});

Deno.test("what breaks the stream is told after the bytes that came before", async () => {
  const incoming = new Incoming([[0]], () => {});
  const reader = incoming.read([0]);
  incoming.receive([0], Uint8Array.of(1));
  incoming.fail(new WrpcError("connection_lost", "receive", "gone"));
  assert.deepEqual(await reader.read(), Uint8Array.of(1));
  await assert.rejects(reader.read(), { code: "connection_lost" });
  await assert.rejects(incoming.read([]).read(), { code: "connection_lost" });
});

Deno.test("fault 64: bytes after the end are refused, those of a cancelled channel dropped", () => {
  const incoming = new Incoming([[0], [1]], () => {});
  incoming.read([0]).end();
  incoming.receive([0], Uint8Array.of(0)); // Go ends byte streams twice.
  assert.throws(() => incoming.receive([0], Uint8Array.of(1)), { code: "data_after_end" });
  incoming.read([1]).cancel();
  incoming.receive([1], BYTES);
  assert.equal(incoming.error, null);
});
