import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { PacketError } from "../errors.ts";
import { checkGuest } from "./check.ts";
import { compileGuest } from "./compile.ts";
import { createGuest } from "./guest.ts";
import { guestWat, wat } from "./_wat_for_tests.ts";

const MODULES = [
  guestWat(),
  guestWat({ memory: "2", handleHeader: "(i32.const 0)" }),
  guestWat({ memory: "0 300", more: "(table 1 funcref) (func $s) (start $s)" }),
  guestWat({
    more: `(table 1 9 funcref) (global (export "g") i64 (i64.const 1)) (tag (export "t"))`,
  }),
  `(module (import "a" "b" (func (param i32) (result i64))) (import "a" "m" (memory 1)))`,
].map(wat);

const NEEDED = ["alloc", "dealloc", "handle_body"];
const MAX_PAGES = 16;

/**
 * Modules with bytes changed: checking says what is wrong and never throws; what it finds nothing
 * in is seen by the engine as it said, can't have more memory than the cap, or does not compile.
 */
export const target: FuzzTarget = fuzzTarget({ name: "guest-check", run: oneCase });

/** One case. */
export function oneCase(random: Random): void {
  const base = random.pick(MODULES);
  const bytes = random.once(20) ? random.bytes(random.below(64)) : random.mutate(base);
  const report = checkGuest(bytes, { maxPages: MAX_PAGES });
  assert.equal(report.ok, report.faults.length === 0);
  for (const fault of report.faults) assert(/^its? /.test(fault) && fault.length < 900, fault);
  const whole = Uint8Array.from(bytes);
  if (!report.ok) {
    assert.throws(() => compileGuest(bytes, { maxPages: MAX_PAGES }), PacketError);
    return;
  }
  if (!WebAssembly.validate(whole)) {
    assert.throws(() => compileGuest(bytes, { maxPages: MAX_PAGES }), { code: "guest_invalid" });
    return;
  }
  const { module, hasHeader } = compileGuest(bytes, { maxPages: MAX_PAGES });
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  for (const name of NEEDED) assert.equal(exports.get(name), "function");
  assert.equal(exports.has("handle_header"), hasHeader);
  try {
    // Instantiating links the loop to it, which the engine refuses for any other signature. Its
    // functions are not called: they may never end.
    createGuest({ ...report, module, maxPages: MAX_PAGES });
    const { memory } = new WebAssembly.Instance(module).exports as { memory: WebAssembly.Memory };
    const pages = memory.buffer.byteLength / 65_536;
    assert(pages <= MAX_PAGES);
    assert.throws(() => memory.grow(MAX_PAGES + 1 - pages), RangeError);
  } catch (error) {
    // Data that lies outside of the memory.
    const cause = error instanceof PacketError ? error.cause : error;
    assert(cause instanceof WebAssembly.RuntimeError, String(error));
  }
}
