/**
 * Packet loads: stress plans played, and the same from TypeScript.
 *
 * @module
 */
export type {
  CounterOptions,
  FieldOptions,
  PacketLoadOptions,
  PacketSendOptions,
  TimestampOptions,
} from "./options.ts";
export { PacketLoad } from "./packet_load.ts";
export { PacketSession } from "./packet_session.ts";
export { PacketParser } from "./parser.ts";
export type { Segment, SessionState, Totals } from "../session/mod.ts";
export { PLAN_GRACE_MS, type PlayOptions, playPlan, type PlayResult } from "./play.ts";
export { blockOf, sessionsOf } from "./segments.ts";
