import { PacketError } from "../errors.ts";
import { LOOP_BYTES } from "./_loop.gen.ts";
import type { CompiledGuest } from "./compile.ts";

/** What `loop.wat` exports: the guest loop, tied to one instance of a guest. */
export interface GuestLoop {
  /** The packet at 0 of the host's memory; the size of the response there, or -1. */
  readonly respond: (size: number) => number;
  /** The header at 0 of the host's memory; the size of its body, or a negative number. */
  readonly bodySize: (size: number) => number;
  /** Which function ran: an index of `STEPS`. */
  readonly step: WebAssembly.Global;
  /** Why a result was negative: an index of `FAULTS`. */
  readonly fault: WebAssembly.Global;
}

/** By `step` of `loop.wat`. */
export const STEPS = [null, "alloc", "handle_body", "handle_header", "dealloc"] as const;

/** By `fault` of `loop.wat`. */
export const FAULTS = [
  null,
  "alloc_failed",
  "alloc_out_of_bounds",
  "response_out_of_bounds",
  "too_large",
  "negative",
] as const;

let loopModule: WebAssembly.Module | undefined;

/** Makes a fresh instance of a guest, with its loop. @throws {PacketError} `guest_invalid` */
export function instantiate(
  { module, hasHeader }: CompiledGuest,
  memory: WebAssembly.Memory,
): GuestLoop {
  loopModule ??= new WebAssembly.Module(LOOP_BYTES);
  try {
    const guest = new WebAssembly.Instance(module).exports;
    const { exports } = new WebAssembly.Instance(loopModule, {
      guest: hasHeader ? guest : { ...guest, handle_header: () => -1 },
      host: { memory },
    });
    return {
      respond: exports.respond as (size: number) => number,
      bodySize: exports.body_size as (size: number) => number,
      step: exports.step as WebAssembly.Global,
      fault: exports.fault as WebAssembly.Global,
    };
  } catch (cause) {
    throw new PacketError("guest_invalid", "the guest can't be started", {
      ...{ phase: "start", cause },
    });
  }
}
