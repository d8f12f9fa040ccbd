/**
 * Packet sessions: connections over TCP and UDP that send what a plan says and have a guest answer
 * what comes in.
 *
 * @module
 */
export { bufferBytesFor, LINGER_MS, type SessionGroup } from "./group.ts";
export { handlerOf, type PacketHandler } from "./handler.ts";
export type { Deliver } from "./intake.ts";
export { PreparedPacket } from "./payload.ts";
export type { Step } from "./schedule.ts";
export { seriesHere } from "./series.ts";
export { Session, type SessionState } from "./session.ts";
export { type Segment, WHOLE } from "./stamps.ts";
export { newTotals, type Totals } from "./totals.ts";
