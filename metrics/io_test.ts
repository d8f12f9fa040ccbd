import assert from "node:assert/strict";
import { IoCounts } from "./io.ts";

Deno.test("bytes are counted by kind and taken once", () => {
  const io = new IoCounts();
  const taken: unknown[] = [];
  const take = () => io.take((kind, { sent, received }) => taken.push([kind, sent, received]));
  take();
  assert.deepEqual(taken, []);
  const tcp = io.of("tcp");
  tcp.sent += 3;
  io.of("udp").received += 5;
  io.of("tcp").received += 1;
  take();
  assert.deepEqual(taken.splice(0), [["tcp", 3, 1], ["udp", 0, 5]]);
  take();
  assert.deepEqual(taken, []);
  tcp.sent = 7;
  take();
  assert.deepEqual(taken, [["tcp", 7, 0]], "a count that was asked for before stays the one");
});
