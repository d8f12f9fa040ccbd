import { PacketError } from "../errors.ts";
import type { Payload, Range, StressPlan } from "../plan.ts";
import { PreparedPacket, type Segment, type Step } from "../session/mod.ts";

/** Longest packet of UDP: 65,535 bytes less the headers of IP and UDP (RFC 768). */
export const MAX_DATAGRAM_BYTES = 65_507;

/** A step with the sessions that it is for. */
interface RangedStep extends Step {
  readonly range: Range;
}

/** What sessions send, as far as a plan says it. */
export interface PlanSteps {
  /** By the number of a session; sessions that send the same have the same list. */
  of(index: number): readonly Step[];
}

/**
 * Prepares the packets of a plan.
 *
 * @throws {PacketError} `packet_unknown`: it isn't there, has no bytes, is too short for its stamps or
 * too long for a datagram
 */
export function planSteps(
  plan: StressPlan,
  packets: Readonly<Record<string, Uint8Array>>,
  options: { segment: Segment; blockBytes: number },
): PlanSteps {
  const steps: RangedStep[] = [];
  for (const action of plan.actions) {
    if (action.kind !== "send") continue;
    const { payload, range } = action;
    const packet = findPacket(packets, payload.packet, plan.settings.transport);
    steps.push({ ...stepOf(payload, packet, options), range });
  }
  let last: { readonly key: string; readonly list: readonly Step[] } | null = null;
  return {
    of(index) {
      const isFor = ({ range }: RangedStep) => range.from <= index && index < range.to;
      const key = steps.map((step) => isFor(step) ? "1" : "0").join("");
      if (last?.key !== key) last = { key, list: steps.filter(isFor) };
      return last.list;
    },
  };
}

/** A step of one payload. @throws {PacketError} `packet_unknown` */
export function stepOf(
  payload: Payload,
  packet: Uint8Array,
  options: { segment: Segment; blockBytes: number },
): Step {
  return {
    packet: new PreparedPacket(payload, packet, options),
    copies: payload.copies,
    action: `send:${payload.packet}`,
  };
}

/** A packet by its name. @throws {PacketError} `packet_unknown` */
export function findPacket(
  packets: Readonly<Record<string, Uint8Array>>,
  name: string,
  transport: "tcp" | "udp",
): Uint8Array {
  const packet = Object.hasOwn(packets, name) ? packets[name] : undefined;
  const names = Object.keys(packets).join(", ") || "none";
  if (packet === undefined) {
    throw unknown(`there is no packet ${name}: there is ${names}`);
  }
  if (transport === "udp" && packet.length > MAX_DATAGRAM_BYTES) {
    const most = `${MAX_DATAGRAM_BYTES} bytes`;
    throw unknown(`packet ${name} has ${packet.length} bytes, a datagram holds ${most} at most`);
  }
  return packet;
}

function unknown(message: string): PacketError {
  return new PacketError("packet_unknown", message, { phase: "load" });
}
