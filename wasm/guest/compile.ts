import { PacketError } from "../errors.ts";
import { capGrowth } from "./_cap_growth.ts";
import { checkGuest } from "./check.ts";
import { checkLimits, type GuestLimits } from "./limits.ts";

/** A packet parser that was checked and compiled. */
export interface CompiledGuest {
  /** Instances of it can't have more memory than the limits say. */
  readonly module: WebAssembly.Module;
  /** Whether it reads headers itself: it exports `handle_header`. */
  readonly hasHeader: boolean;
  /** Pages of 64 KiB that its memory begins with. */
  readonly memoryPages: number;
  /** Pages that its memory may grow to. */
  readonly maxPages: number;
  /** Bytes of the module. */
  readonly size: number;
}

/**
 * Compiles a packet parser. A memory that declares no maximum gets the limit as its maximum: growing
 * beyond it fails in the guest, as it does on a machine without more.
 *
 * @throws {PacketError} `guest_too_large` or `guest_invalid`, with every fault in its message
 * @throws {OptionError} for limits that are no limits
 */
export function compileGuest(bytes: Uint8Array, limits: GuestLimits = {}): CompiledGuest {
  const { maxBytes, maxPages } = checkLimits(limits);
  const { ok, faults, hasHeader, memoryPages, size } = checkGuest(bytes, { maxBytes, maxPages });
  if (!ok) {
    const code = size > maxBytes ? "guest_too_large" : "guest_invalid";
    throw new PacketError(code, `the guest can't be used: ${faults.join("; ")}`, {
      phase: "check",
    });
  }
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(capGrowth(bytes, maxPages));
  } catch (cause) {
    throw new PacketError("guest_invalid", "the guest does not compile", {
      ...{ phase: "compile", cause },
    });
  }
  return { module, hasHeader, memoryPages, maxPages, size };
}
