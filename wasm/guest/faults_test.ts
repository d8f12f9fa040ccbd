import assert from "node:assert/strict";
import { PacketError } from "../errors.ts";
import { counted, echoes, FIVE, guest, NINE, ON_NINE } from "./_guests_for_tests.ts";

Deno.test("fault 42: a length of 2^32 - 1 in a header is negative to handle_header: refused", () => {
  const reads = guest({ handleHeader: "(i32.load (local.get $p))" });
  const header = (size: number) => new Uint8Array(Uint32Array.of(size).buffer);
  for (const size of [2 ** 32 - 1, 2 ** 31]) {
    assert.throws(() => reads.bodySize(header(size)), {
      code: "header_invalid",
      message: `the header can't be used: handle_header says ${size - 2 ** 32} bytes of body`,
    });
  }
  assert.equal(reads.bodySize(header(2 ** 31 - 1)), 2 ** 31 - 1, "for BODYMAX to refuse");
});

Deno.test("fault 42: a packet longer than the guest's memory may be is not copied anywhere", () => {
  const echo = guest({}, {}, { maxPages: 4 });
  assert.equal(echo.respond(new Uint8Array(4 * 65_536 + 1)), 0);
  assert.deepEqual(counted(echo.stats.empty), { too_large: 1 });
  echoes(echo);
});

Deno.test("fault 71: alloc that gives 0 drops the packet, and nothing else is called", () => {
  const empty: string[] = [];
  const none = guest({
    alloc:
      "(if (i32.eq (local.get $n) (i32.const 4)) (then (return (i32.const 0)))) (call $bump (local.get $n))",
    dealloc: "(if (i32.eq (local.get $n) (i32.const 4)) (then unreachable)) (call $free)",
    handleHeader: "(i32.const 0)",
  }, { onEmpty: (reason) => empty.push(reason) });
  assert.equal(none.respond(new Uint8Array(4)), 0);
  assert.deepEqual(empty, ["alloc_failed"]);
  assert.throws(() => none.bodySize(new Uint8Array(4)), {
    code: "header_invalid",
    message: /alloc/,
  });
  assert.deepEqual(counted(none.stats.traps), {});
  echoes(none);
});

Deno.test("fault 71: a place out of bounds is not written to", () => {
  for (const at of [536_897_504, 131_068, 131_072, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 5]) {
    const out = guest({ memory: "2", alloc: `(i32.const ${at})`, handleHeader: "(i32.const 0)" });
    assert.equal(out.respond(FIVE), 0, `at ${at}`);
    assert.deepEqual(counted(out.stats.empty), { alloc_out_of_bounds: 1 });
    assert.throws(() => out.bodySize(FIVE), { code: "header_invalid", message: /no valid place/ });
  }
  const last = guest({
    memory: "2",
    alloc: "(i32.const 131067)",
    handleBody: "(call $packed (local.get $p) (local.get $n))",
  });
  echoes(last);
});

Deno.test("fault 72: a response out of bounds is not read, and the packet's memory is given back", () => {
  const cases: [at: number, size: number][] = [
    ...[[65_536, 1], [65_535, 2], [0, 65_537], [0, 2 ** 32 - 1], [2 ** 32 - 1, 1]] as const,
    ...[[2 ** 32 - 1, 2 ** 32 - 1], [1024, 2 ** 31], [2 ** 31, 2 ** 31]] as const,
  ].map(([at, size]) => [at, size]);
  for (const [at, size] of cases) {
    const out = guest({
      memory: "1",
      // Once: a second place means that the first was not given back.
      alloc: "(if (global.get $held) (then unreachable)) (call $bump (local.get $n))",
      handleBody: `(call $packed (i32.const ${at}) (i32.const ${size}))`,
    });
    for (let i = 1; i <= 2; i++) {
      assert.equal(out.respond(FIVE), 0, `${size} at ${at}`);
      assert.deepEqual(counted(out.stats.empty), { response_out_of_bounds: i });
    }
    assert.deepEqual(counted(out.stats.traps), {});
  }
  const all = guest({ memory: "1", handleBody: "(call $packed (i32.const 0) (i32.const 65536))" });
  assert.equal(all.respond(FIVE), 65_536, "all of the memory");
});

Deno.test("fault 73: handle_header that is negative or traps is an error, 0 is a packet without a body", () => {
  const negative = guest({ handleHeader: "(i32.const -1)" });
  assert.throws(() => negative.bodySize(FIVE), { code: "header_invalid", phase: "header" });
  const traps = guest({ handleHeader: "unreachable" });
  assert.throws(() => traps.bodySize(FIVE), (error) => {
    assert(error instanceof PacketError);
    assert.equal(error.code, "header_invalid");
    assert.match(error.message, /handle_header trapped/);
    assert(error.cause instanceof WebAssembly.RuntimeError);
    return true;
  });
  assert.deepEqual(counted(traps.stats.traps), { handle_header: 1 });
  echoes(traps);
  const zero = guest({ handleHeader: "(i32.const 0)" });
  for (let i = 0; i < 3; i++) assert.equal(zero.bodySize(FIVE), 0);
});

Deno.test("fault 74: memory that grows and moves in any call is found again", () => {
  const grow = "(drop (memory.grow (i32.const 1)))";
  const last = "(i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 100))";
  for (const where of ["alloc", "handleBody", "dealloc", "handleHeader"] as const) {
    const parts = {
      memory: "1",
      alloc: last,
      dealloc: "",
      handleBody: `
        (memory.copy ${last} (local.get $p) (local.get $n)) (call $packed ${last} (local.get $n))`,
      handleHeader: "(i32.load8_u (local.get $p))",
    };
    const grows = guest({ ...parts, [where]: `${grow} ${parts[where]}` });
    for (let i = 0; i < 300; i++) {
      echoes(grows, Uint8Array.of(i, 1, 2));
      assert.equal(grows.bodySize(Uint8Array.of(7)), 7);
    }
    assert.deepEqual(counted(grows.stats.traps), {});
  }
});

Deno.test("fault 74: memory and tables grow to their caps and no further, whatever they declare", () => {
  const grows = (memory: string, maxPages: number, table = "1"): number => {
    const size = guest(
      {
        memory,
        more: `(table $t ${table} funcref)`,
        handleBody: `
        (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (if (i32.ne (table.grow $t (ref.null func) (i32.const 65536)) (i32.const -1)) (then unreachable))
        (i32.store (i32.const 0) (memory.size))
        (call $packed (i32.const 0) (i32.const 4))`,
      },
      {},
      { maxPages },
    );
    assert.equal(size.respond(FIVE), 4);
    return new DataView(size.buffer.buffer).getUint32(0, true);
  };
  assert.equal(grows("1", 8), 8);
  assert.equal(grows("1 3", 8), 3);
  assert.equal(grows("1", 256), 256);
  assert.equal(grows("1", 8, "1 100000"), 8);
});

Deno.test("fault 74: the response is right where it overlaps the packet, or both are one place", () => {
  for (const shift of [-3, 0, 3]) {
    const overlaps = guest({
      alloc: "(i32.const 2000)",
      handleBody: `
        (memory.copy (i32.const ${2000 + shift}) (local.get $p) (local.get $n))
        (call $packed (i32.const ${2000 + shift}) (local.get $n))`,
      // What is freed is overwritten.
      dealloc: "(memory.fill (local.get $p) (i32.const 0) (local.get $n))",
    });
    echoes(overlaps);
    echoes(overlaps, Uint8Array.of(9, 8, 7));
  }
});

Deno.test("fault 75: each trap is an empty response, counted by function, and the next packet goes on", () => {
  const kinds: [string, RegExp][] = [
    ["unreachable", /unreachable/],
    ["(drop (i32.load (i32.const -4)))", /memory access out of bounds/],
    ["(drop (i32.div_u (i32.const 1) (i32.const 0)))", /divide by zero/],
    ["(call_indirect $t (i32.const 0))", /null|signature|undefined/],
    ["(throw $e)", /./],
  ];
  for (const [kind, message] of kinds) {
    for (const where of ["alloc", "handleBody", "dealloc"] as const) {
      const trapped: string[] = [];
      const lines: string[] = [];
      // `alloc` sees no bytes: it traps for packets of 1.
      const cause = `(if (i32.eq (local.get $n) (i32.const 1)) (then ${kind}))`;
      const rest = {
        alloc: "(call $bump (local.get $n))",
        handleBody: "(call $copied (local.get $p) (local.get $n))",
        dealloc: "(call $free)",
      };
      const traps = guest({
        ...rest,
        [where]: `${cause} ${rest[where]}`,
        more: "(table $t 1 funcref) (tag $e)",
      }, { onTrap: (name) => trapped.push(name), log: (line) => lines.push(line) });
      const name = where === "handleBody" ? "handle_body" : where;
      assert.equal(traps.respond(NINE), 0);
      assert.deepEqual(trapped, [name]);
      assert.deepEqual(counted(traps.stats.traps), { [name]: 1 });
      assert.deepEqual(counted(traps.stats.empty), { trap: 1 });
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, new RegExp(`^${name} of the guest trapped: `));
      assert.match(lines[0]!, message);
      echoes(traps);
    }
  }
});

Deno.test("fault 75: 100 traps in a row break the guest for good, one packet between them saves it", () => {
  const calls: string[] = [];
  const storm = guest({ handleBody: `${ON_NINE} (call $copied (local.get $p) (local.get $n))` }, {
    onTrap: (name) => calls.push(name),
  });
  for (let i = 0; i < 99; i++) assert.equal(storm.respond(NINE), 0);
  echoes(storm);
  for (let i = 0; i < 99; i++) assert.equal(storm.respond(NINE), 0);
  const broken = {
    code: "guest_broken",
    message: `the guest is given up: it trapped 100 times in a row, last with "unreachable"`,
  };
  assert.throws(() => storm.respond(NINE), broken);
  assert.throws(() => storm.respond(FIVE), broken);
  assert.throws(() => storm.bodySize(FIVE), broken);
  assert.equal(storm.stats.broken, true);
  assert.equal(calls.length, 199);
  assert.equal(storm.stats.empty.trap, 199);
});

Deno.test("fault 75: headers that go well don't save a guest whose bodies all trap", () => {
  const half = guest({ handleHeader: "(i32.const 1)", handleBody: "unreachable" });
  for (let i = 0; i < 99; i++) {
    assert.equal(half.bodySize(FIVE), 1);
    assert.equal(half.respond(FIVE), 0);
  }
  assert.throws(() => half.respond(FIVE), { code: "guest_broken" });
});

Deno.test("fault 75: of a storm of traps few lines are written, the next says how many were not", () => {
  const lines: string[] = [];
  let now = 0;
  const storm = guest({ handleBody: "unreachable" }, {
    log: (line) => lines.push(line),
    clock: () => now,
  });
  for (let i = 0; i < 50; i++) storm.respond(FIVE);
  assert.equal(lines.length, 5);
  now = 10_000;
  storm.respond(FIVE);
  assert.equal(lines.length, 6);
  assert.equal(
    lines[5],
    "handle_body of the guest trapped: unreachable (45 lines like it were left out)",
  );
});
