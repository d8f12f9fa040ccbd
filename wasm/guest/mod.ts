/**
 * The host of packet parsers that are WebAssembly modules: checking them, and handing packets to
 * them by the contract of `docs/guides/packets.md`.
 *
 * @module
 */
export { checkGuest, type GuestFunction, type GuestReport } from "./check.ts";
export { type CompiledGuest, compileGuest } from "./compile.ts";
export type { GuestLimits } from "./limits.ts";
export {
  createGuest,
  type EmptyReason,
  type Guest,
  type GuestOptions,
  type GuestStats,
} from "./guest.ts";
