import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { PacketError } from "../errors.ts";
import { checkGuest } from "./check.ts";
import { compileGuest } from "./compile.ts";
import { createGuest } from "./guest.ts";
import { guestWat, wat } from "./_wat_for_tests.ts";

/** The faults of a module, told without their "it". */
function faults(text: string): readonly string[] {
  return checkGuest(wat(text)).faults;
}

function refused(bytes: Uint8Array, code: string, message: RegExp): void {
  assert.throws(() => compileGuest(bytes), (error) => {
    assert(error instanceof PacketError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("fault 68: missing exports, wrong signatures and all imports are told at once", () => {
  const bytes = wat(`(module
    (import "env" "log" (func (param i32)))
    (import "env" "table" (table 1 funcref))
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "env" "base" (global i32))
    (memory 1)
    (func (export "alloc") (param i64) (result i32) (i32.const 1))
    (func (export "handle_body") (param i32 i32) (result i32 i32) (i32.const 1) (i32.const 1))
    (global (export "handle_header") i32 (i32.const 1)))`);
  const expected = [
    `it imports the function "log" from "env": guests are given nothing`,
    `it imports the table "table" from "env": guests are given nothing`,
    `it imports the function "fd_write" from "wasi_snapshot_preview1": guests are given nothing`,
    `it imports the global "base" from "env": guests are given nothing`,
    `it does not export its memory as "memory"`,
    `its alloc is (i64) -> i32, it must be (i32) -> i32`,
    `it does not export dealloc (i32, i32) -> ()`,
    `its handle_body is (i32, i32) -> (i32, i32), it must be (i32, i32) -> i64`,
    `its export handle_header is a global`,
  ];
  assert.deepEqual(checkGuest(bytes).faults, expected);
  refused(bytes, "guest_invalid", /"log".*"base".*its memory.*alloc.*dealloc.*handle_body/);
});

Deno.test("fault 68: functions of another signature by one type, or none, are told", () => {
  const other = guestWat({ handleHeader: "(i32.const 1)" })
    .replace(
      `(export "dealloc") (param $p i32) (param $n i32)`,
      `$d (param $p i32) (param $n i32)`,
    );
  const more = `(func (export "dealloc") (param i32 i32) (result i32) (i32.const 0)))`;
  assert.deepEqual(faults(`${other.slice(0, other.lastIndexOf(")"))} ${more}`), [
    "its dealloc is (i32, i32) -> i32, it must be (i32, i32) -> ()",
  ]);
});

Deno.test("fault 68: thousands of imports are counted, and names of any kind are safe to print", () => {
  const name = "\\1b[2J".repeat(50);
  const imports = `(import "a" "${name}" (func))`.repeat(1000);
  const found = faults(`(module ${imports} (memory (export "memory") 1))`);
  assert.equal(found.filter((fault) => fault.includes("imports the")).length, 20);
  assert(found.includes("it has 980 imports more"));
  // deno-lint-ignore no-control-regex -- it is what must not be there
  for (const fault of found) assert.doesNotMatch(fault, /[\x00-\x1f]/);
  for (const fault of found) assert(fault.length < 600, fault);
});

Deno.test("fault 69: a module over 4 MiB is not looked at, and the limit can be set", () => {
  const large = new Uint8Array(4 * 1024 * 1024 + 1);
  assert.deepEqual(checkGuest(large).faults, ["it has 4194305 bytes, at most 4194304 are taken"]);
  refused(large, "guest_too_large", /4194305 bytes/);
  const small = wat(guestWat());
  assert.equal(checkGuest(small, { maxBytes: small.length }).ok, true);
  assert.equal(checkGuest(small, { maxBytes: small.length - 1 }).ok, false);
});

Deno.test("fault 69: a start function is refused, and never runs", () => {
  const spins = guestWat({ more: "(func $s (loop $l (br $l))) (start $s)" });
  assert.deepEqual(faults(spins), ["it has a start function, which would run while it is loaded"]);
  refused(wat(spins), "guest_invalid", /start function/);
});

Deno.test("fault 69: memory and tables of more than the caps are refused", () => {
  assert.deepEqual(faults(guestWat({ memory: "257 65536" })), [
    "its memory begins with 257 pages, at most 256 are given",
    "its memory may grow to 65536 pages, at most 256 are given",
  ]);
  assert.deepEqual(faults(guestWat({ more: "(table 10000000 funcref)" })), [
    "it has a table of 10000000 elements, at most 65536 are given",
  ]);
  assert.deepEqual(faults(guestWat({ more: "(table 60000 funcref)".repeat(5) })), [
    "it has 5 tables, at most 4 are allowed",
  ]);
  assert.deepEqual(faults(guestWat({ more: "(memory 1)" })), ["it has 2 memories, one is allowed"]);
  assert.equal(checkGuest(wat(guestWat({ memory: "2 2" })), { maxPages: 1 }).ok, false);
});

Deno.test("memory that is shared or has 64-bit addresses is refused", () => {
  const plain = `(func (export "alloc") (param i32) (result i32) (i32.const 1))
    (func (export "dealloc") (param i32 i32))
    (func (export "handle_body") (param i32 i32) (result i64) (i64.const 0))`;
  assert.deepEqual(faults(`(module (memory (export "memory") 1 1 shared) ${plain})`), [
    "its memory is shared between threads",
  ]);
  assert.deepEqual(faults(`(module (memory (export "memory") i64 1 1) ${plain})`), [
    "its memory has 64-bit addresses, guests are wasm32",
  ]);
});

Deno.test("a memory of another export is told", () => {
  assert(faults(`(module (func (export "memory")))`).includes(`its export "memory" is a function`));
});

Deno.test("what is no module is told as that, and nothing else", () => {
  for (
    const bytes of [new Uint8Array(0), new TextEncoder().encode("int main(){}"), new Uint8Array(9)]
  ) {
    assert.deepEqual(checkGuest(bytes).faults, [
      `it is not a WebAssembly module: it does not begin with "\\0asm"`,
    ]);
    refused(bytes, "guest_invalid", /not a WebAssembly module/);
  }
  const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
  assert.match(checkGuest(component).faults.join(), /not a core WebAssembly module of version 1/);
});

Deno.test("a section that is malformed is named, and the others are checked too", () => {
  const bytes = wat(guestWat({ more: `(func $s) (start $s)` }));
  const at = bytes.indexOf(0x60); // its first type is of another form
  bytes[at] = 0x5f;
  assert.deepEqual(checkGuest(bytes).faults, [
    "its type section is malformed: type 0x5f is not a function's",
    "it has a start function, which would run while it is loaded",
  ]);
  const cut = wat(guestWat()).slice(0, -1);
  assert.match(checkGuest(cut).faults.join(), /it ends too early/);
});

Deno.test("numbers of too many bytes are refused", () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const long = [0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
  assert.match(checkGuest(Uint8Array.from([...header, 1, ...long])).faults.join(), /too long/);
  const over = [0xff, 0xff, 0xff, 0xff, 0x1f];
  assert.match(checkGuest(Uint8Array.from([...header, 1, ...over])).faults.join(), /too long/);
  const most = [0xff, 0xff, 0xff, 0xff, 0x0f];
  assert.match(checkGuest(Uint8Array.from([...header, 1, ...most])).faults.join(), /too early/);
  // A vector that says it has 2^32 - 1 entries.
  const vector = Uint8Array.from([...header, 1, 7, 1, 0x60, ...most]);
  assert.match(checkGuest(vector).faults.join(), /type section is malformed: it ends too early/);
});

Deno.test("code that is not valid is refused when it is compiled", () => {
  const bytes = wat(guestWat());
  bytes[bytes.length - 2] = 0xff;
  assert.equal(checkGuest(bytes).ok, true);
  refused(bytes, "guest_invalid", /does not compile/);
});

Deno.test("a guest whose data lies outside of its memory can't be started", () => {
  const compiled = compileGuest(wat(guestWat({ more: `(data (i32.const 65536) "x")` })));
  assert.throws(() => createGuest(compiled), {
    code: "guest_invalid",
    message: /can't be started/,
  });
});

Deno.test("limits are checked", () => {
  const bytes = wat(guestWat());
  for (const limits of [{ maxBytes: 0 }, { maxPages: 1.5 }, { maxPages: 16_385 }, { maxPage: 1 }]) {
    assert.throws(() => checkGuest(bytes, limits), OptionError);
    assert.throws(() => compileGuest(bytes, limits), OptionError);
  }
});

Deno.test("the report says what a module is", () => {
  const bytes = wat(guestWat({ memory: "3", handleHeader: "(i32.const 0)" }));
  assert.deepEqual(checkGuest(bytes), {
    ...{ ok: true, faults: [], hasHeader: true, memoryPages: 3, size: bytes.length },
  });
  const { module: _, ...compiled } = compileGuest(bytes, { maxPages: 5 });
  assert.deepEqual(compiled, { hasHeader: true, memoryPages: 3, maxPages: 5, size: bytes.length });
});
