import assert from "node:assert/strict";
import type { Guest } from "./guest.ts";
import { counted, echoes, FIVE, guest, NINE, ON_NINE } from "./_guests_for_tests.ts";
import type { GuestParts } from "./_wat_for_tests.ts";

/** What a fresh instance has and a used one not: it answers `f`, then `u`. */
const SAYS_FRESH: GuestParts = {
  more: `(data (i32.const 8) "f")`,
  handleBody: `
    ${ON_NINE}
    (i32.store8 (i32.const 9) (i32.load8_u (i32.const 8)))
    (i32.store8 (i32.const 8) (i32.const 0x75))
    (call $packed (i32.const 9) (i32.const 1))`,
};

function says(guest: Guest, packet: Uint8Array = FIVE): string {
  const size = guest.respond(packet);
  return String.fromCharCode(...guest.buffer.subarray(0, size));
}

Deno.test("fault 76: an instance that trapped in dealloc is replaced", () => {
  const traps = guest({
    ...SAYS_FRESH,
    dealloc: "(if (i32.eq (local.get $n) (i32.const 2)) (then unreachable))",
  });
  assert.deepEqual([says(traps), says(traps)], ["f", "u"]);
  assert.equal(traps.respond(new Uint8Array(2)), 0, "its response is dropped");
  assert.deepEqual(counted(traps.stats.traps), { dealloc: 1 });
  assert.equal(traps.stats.replaced, 1);
  assert.deepEqual([says(traps), says(traps)], ["f", "u"]);
});

Deno.test("fault 76: an instance whose stack overflowed is replaced", () => {
  const deep = guest({
    ...SAYS_FRESH,
    more: `${SAYS_FRESH.more} (func $deep (call $deep) (call $deep))`,
    handleBody: SAYS_FRESH.handleBody!.replace("unreachable", "(call $deep)"),
  });
  assert.deepEqual([says(deep), says(deep)], ["f", "u"]);
  assert.equal(deep.respond(NINE), 0);
  assert.deepEqual(counted(deep.stats.traps), { handle_body: 1 });
  assert.equal(deep.stats.replaced, 1);
  assert.equal(says(deep), "f");
});

Deno.test("one trap leaves the instance, a second in a row replaces it", () => {
  const traps = guest(SAYS_FRESH);
  assert.deepEqual([says(traps), says(traps, NINE), says(traps)], ["f", "", "u"]);
  assert.equal(traps.stats.replaced, 0);
  assert.deepEqual([says(traps, NINE), says(traps, NINE), says(traps)], ["", "", "f"]);
  assert.equal(traps.stats.replaced, 1);
});

Deno.test("a guest that has no memory left for what its traps lost is replaced", () => {
  const leaks = guest({
    handleBody: `${ON_NINE} (call $copied (local.get $p) (local.get $n))`,
    // Room for 3 packets; a trap loses one.
    alloc: `
      (if (i32.ge_u (global.get $held) (i32.const 3)) (then (return (i32.const 0))))
      (call $bump (local.get $n))`,
  });
  for (let i = 0; i < 3; i++) {
    assert.equal(leaks.respond(NINE), 0);
    if (i < 2) echoes(leaks);
  }
  assert.equal(leaks.respond(FIVE), 0);
  assert.deepEqual(counted(leaks.stats.empty), { trap: 3, alloc_failed: 1 });
  assert.equal(leaks.stats.replaced, 1);
  echoes(leaks);
});

Deno.test("a thousand instances replaced are no leak that ends the guest", () => {
  const traps = guest({
    memory: "64",
    dealloc: "(if (i32.eq (local.get $n) (i32.const 2)) (then unreachable)) (call $free)",
  });
  for (let i = 0; i < 1000; i++) {
    assert.equal(traps.respond(new Uint8Array(2)), 0);
    echoes(traps);
  }
  assert.equal(traps.stats.replaced, 1000);
});
