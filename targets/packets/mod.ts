/**
 * Servers of length-prefixed packets over TCP and UDP, kind and unkind ones.
 *
 * @module
 */
export type { PacketCounts } from "./counts.ts";
export {
  PACKET_ANSWERS,
  PACKET_SPLITS,
  type PacketAnswer,
  type PacketHeader,
  type PacketSplit,
  type PacketTargetOptions,
} from "./options.ts";
export { type PacketTarget, startPackets } from "./packets.ts";
