import assert from "node:assert/strict";
import { compileGuest } from "./compile.ts";
import { createGuest, type Guest, type GuestOptions } from "./guest.ts";
import type { GuestLimits } from "./limits.ts";
import { type GuestParts, guestWat, wat } from "./_wat_for_tests.ts";

/** Starts the guest that parts make. */
export function guest(
  parts: GuestParts = {},
  options: GuestOptions = {},
  limits: GuestLimits = {},
): Guest {
  return createGuest(compileGuest(wat(guestWat(parts)), limits), options);
}

/** A packet. */
export const FIVE = Uint8Array.of(1, 2, 3, 4, 5);

/** Checks that a guest answers with the packet itself. */
export function echoes(guest: Guest, packet: Uint8Array = FIVE): void {
  const size = guest.respond(packet);
  assert.deepEqual(guest.buffer.slice(0, size), packet);
}

/** What is not 0 among counts. */
export function counted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Traps if the packet begins with 9. */
export const ON_NINE =
  "(if (i32.eq (i32.load8_u (local.get $p)) (i32.const 9)) (then unreachable))";
/** Such a packet. */
export const NINE = Uint8Array.of(9);
