import wabt from "wabt";

const tools = await wabt();

/** Compiles WebAssembly text, as it is written: nothing is validated but the text. */
export function wat(text: string): Uint8Array<ArrayBuffer> {
  const parsed = tools.parseWat("test.wat", text, {
    ...{ multi_memory: true, bulk_memory: true, reference_types: true, exceptions: true },
    ...{ threads: true, memory64: true, gc: true, function_references: true, multi_value: true },
  });
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** Parts of a guest that a test replaces; the others do what they should. */
export interface GuestParts {
  /** Pages of 64 KiB: `initial`, or `initial maximum`. Default `1 4`. */
  readonly memory?: string;
  readonly alloc?: string;
  readonly dealloc?: string;
  readonly handleBody?: string;
  /** None by default. */
  readonly handleHeader?: string;
  /** More fields of the module. */
  readonly more?: string;
}

/**
 * A guest that answers each packet with its bytes, unless a part says otherwise. The parts are
 * bodies of functions: `$p` and `$n` are the pointer and the size they were called with. It
 * allocates 8 bytes behind what was allocated last, and all is free when nothing is held.
 */
export function guestWat(parts: GuestParts = {}): string {
  const {
    memory = "1 4",
    alloc = "(call $bump (local.get $n))",
    dealloc = "(call $free)",
    handleBody = "(call $copied (local.get $p) (local.get $n))",
    handleHeader,
    more = "",
  } = parts;
  return `(module
    (memory (export "memory") ${memory})
    (global $top (mut i32) (i32.const 1024))
    (global $held (mut i32) (i32.const 0))
    (func $bump (param $n i32) (result i32)
      (local $p i32)
      (local.set $p (global.get $top))
      (global.set $top
        (i32.and (i32.add (i32.add (local.get $p) (local.get $n)) (i32.const 15)) (i32.const -8)))
      (global.set $held (i32.add (global.get $held) (i32.const 1)))
      (local.get $p))
    (func $free
      (global.set $held (i32.sub (global.get $held) (i32.const 1)))
      (if (i32.eqz (global.get $held)) (then (global.set $top (i32.const 1024)))))
    (func $packed (param $p i32) (param $n i32) (result i64)
      (i64.or
        (i64.shl (i64.extend_i32_u (local.get $n)) (i64.const 32))
        (i64.extend_i32_u (local.get $p))))
    (func $copied (param $p i32) (param $n i32) (result i64)
      (local $q i32)
      (local.set $q (call $bump (local.get $n)))
      (memory.copy (local.get $q) (local.get $p) (local.get $n))
      (call $packed (local.get $q) (local.get $n)))
    (func (export "alloc") (param $n i32) (result i32) ${alloc})
    (func (export "dealloc") (param $p i32) (param $n i32) ${dealloc})
    (func (export "handle_body") (param $p i32) (param $n i32) (result i64) ${handleBody})
    ${
    handleHeader === undefined
      ? ""
      : `(func (export "handle_header") (param $p i32) (param $n i32) (result i32) ${handleHeader})`
  }
    ${more})`;
}
