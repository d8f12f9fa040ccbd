import assert from "node:assert/strict";
import { checkGuest } from "./check.ts";
import type { Guest } from "./guest.ts";
import { guest } from "./_guests_for_tests.ts";
import { type GuestParts, guestWat, wat } from "./_wat_for_tests.ts";

function ask(guest: Guest, packet: Uint8Array): Uint8Array {
  const size = guest.respond(packet);
  return guest.buffer.slice(0, size);
}

/** Writes down every call; the response to a packet is what was written until then. */
const WRITES: GuestParts = {
  more: `
    (global $end (mut i32) (i32.const 8192))
    (func $write (param $name i32) (param $p i32) (param $n i32)
      (i32.store offset=0 (global.get $end) (local.get $name))
      (i32.store offset=4 (global.get $end) (local.get $p))
      (i32.store offset=8 (global.get $end) (local.get $n))
      (global.set $end (i32.add (global.get $end) (i32.const 12))))`,
  alloc: `(call $write (i32.const 1) (i32.const 0) (local.get $n)) (i32.const 2000)`,
  handleBody: `
    (call $write (i32.const 2) (local.get $p) (local.get $n))
    (call $packed (i32.const 8192) (i32.sub (global.get $end) (i32.const 8192)))`,
  handleHeader: `(call $write (i32.const 3) (local.get $p) (local.get $n)) (i32.const 7)`,
  dealloc: `(call $write (i32.const 4) (local.get $p) (local.get $n))`,
};

/** The calls that such a guest wrote down. */
function calls(response: Uint8Array): string[] {
  const values = [...new Uint32Array(response.slice().buffer)];
  return Array.from({ length: values.length / 3 }, (_, i) => {
    const [name, p, n] = values.slice(i * 3, i * 3 + 3);
    return `${["", "alloc", "handle_body", "handle_header", "dealloc"][name!]} ${p} ${n}`;
  });
}

Deno.test("contract 1: memory, alloc, dealloc and handle_body with their signatures make a guest", () => {
  const report = checkGuest(wat(guestWat()));
  assert.deepEqual(report.faults, []);
  assert.deepEqual([report.ok, report.hasHeader, report.memoryPages], [true, false, 1]);
  assert.equal(checkGuest(wat(guestWat({ handleHeader: "(i32.const 0)" }))).hasHeader, true);
});

Deno.test("contract 1: dealloc may do nothing, and alloc give one place to all packets", () => {
  const one = guest({ alloc: "(i32.const 512)", dealloc: "" });
  for (let i = 0; i < 100; i++) {
    assert.deepEqual(ask(one, Uint8Array.of(i, 2)), Uint8Array.of(i, 2));
  }
});

Deno.test("contract 2: a packet begins with alloc of its size", () => {
  assert.deepEqual(calls(ask(guest(WRITES), new Uint8Array(5))).slice(0, 1), ["alloc 0 5"]);
});

Deno.test("contract 3: all bytes of a packet are at the place that alloc gave", () => {
  const packet = Uint8Array.from({ length: 60_000 }, (_, i) => i * 7);
  const seen = guest({
    alloc: "(i32.const 1024)",
    handleBody: "(call $packed (i32.const 1024) (local.get $n))",
    dealloc: "",
  });
  assert.deepEqual(ask(seen, packet), packet);
  assert.equal(seen.respond(packet, 100, 110), 10);
  assert.deepEqual(seen.buffer.slice(0, 10), packet.slice(100, 110), "a packet within bytes");
  assert.equal(seen.respond(packet, 100, 1100), 1000);
  assert.deepEqual(seen.buffer.slice(0, 1000), packet.slice(100, 1100));
});

Deno.test("contract 4: handle_body gets that place and the packet's size; size 0 is no response", () => {
  assert.equal(calls(ask(guest(WRITES), new Uint8Array(5)))[1], "handle_body 2000 5");
  const silent = guest({ handleBody: "(i64.const 0x00000000_ffffffff)" });
  assert.equal(silent.respond(new Uint8Array(5)), 0);
  assert.equal(silent.stats.empty.none, 1);
});

Deno.test("contract 5: the low 32 bits are the place of the response, the high ones its size", () => {
  const packed = guest({
    more: `(data (i32.const 300) "abcdef")`,
    handleBody: `(i64.const 0x4_0000012d)`,
  });
  assert.equal(new TextDecoder().decode(ask(packed, new Uint8Array(1))), "bcde");
});

Deno.test("contract 6: the response is the host's own copy", () => {
  const wiping = guest({
    dealloc: "(memory.fill (local.get $p) (i32.const 0xee) (local.get $n)) (call $free)",
  });
  assert.deepEqual(ask(wiping, Uint8Array.of(1, 2, 3)), Uint8Array.of(1, 2, 3));
});

Deno.test("contract 7: dealloc of the response, if there is one, then of the packet", () => {
  const traced = guest(WRITES);
  traced.respond(new Uint8Array(5));
  const first = ["alloc 0 5", "handle_body 2000 5", "dealloc 8192 24", "dealloc 2000 5"];
  assert.deepEqual(calls(ask(traced, new Uint8Array(6))).slice(0, 5), [...first, "alloc 0 6"]);

  const silent = guest({
    ...WRITES,
    handleBody: `
      (call $write (i32.const 2) (local.get $p) (local.get $n))
      (if (i32.eq (local.get $n) (i32.const 5)) (then (return (i64.const 0))))
      (call $packed (i32.const 8192) (i32.sub (global.get $end) (i32.const 8192)))`,
  });
  assert.equal(silent.respond(new Uint8Array(5)), 0);
  assert.deepEqual(calls(ask(silent, new Uint8Array(6))).slice(0, 4), [
    ...["alloc 0 5", "handle_body 2000 5", "dealloc 2000 5", "alloc 0 6"],
  ]);
});

Deno.test("a header goes the same way through handle_header", () => {
  const traced = guest(WRITES);
  assert.equal(traced.hasHeader, true);
  assert.equal(traced.bodySize(new Uint8Array(4)), 7);
  assert.deepEqual(calls(ask(traced, new Uint8Array(5))).slice(0, 4), [
    ...["alloc 0 4", "handle_header 2000 4", "dealloc 2000 4", "alloc 0 5"],
  ]);
  assert.equal(traced.stats.headers, 1);
  assert.equal(traced.stats.packets, 1);
});

Deno.test("handle_header sees the header's bytes, also within others", () => {
  const reads = guest({ handleHeader: "(i32.load16_u (local.get $p))" });
  assert.equal(reads.bodySize(Uint8Array.of(0x34, 0x12)), 0x1234);
  assert.equal(reads.bodySize(Uint8Array.of(9, 9, 0x78, 0x56, 9), 2, 4), 0x5678);
});

Deno.test("an empty datagram may be at 0", () => {
  const empty = guest({
    alloc: "(i32.const 0)",
    handleBody: "(call $packed (i32.const 1024) (i32.const 2))",
  });
  assert.equal(empty.respond(new Uint8Array(0)), 2);
});

Deno.test("packets and responses may be longer than the host's memory is at first", () => {
  const long = Uint8Array.from({ length: 200_000 }, (_, i) => i);
  const echo = guest({ memory: "8" });
  assert.deepEqual(ask(echo, long), long, "a long packet");
  const many = guest({
    memory: "8",
    handleBody: `
      (memory.fill (i32.const 1024) (i32.const 7) (i32.const 300000))
      (call $packed (i32.const 1024) (i32.const 300000))`,
  });
  for (const size of [1, 1, 70_000, 1]) {
    assert.deepEqual(ask(many, new Uint8Array(size)), new Uint8Array(300_000).fill(7));
  }
});

Deno.test("a part that lies outside of the bytes is the caller's mistake", () => {
  const echo = guest();
  for (const [start, end] of [[-1, 2], [2, 1], [0, 4]] as const) {
    assert.throws(() => echo.respond(new Uint8Array(3), start, end), RangeError);
  }
});
