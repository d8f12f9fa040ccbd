import type { Action, Field, StressPlan } from "../plan.ts";
import type { ScriptPositions } from "./compile.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import { collectProblems, type Position, ScriptError } from "./problems.ts";

/** Said of what has no place in a script. */
const NOWHERE: Position = { line: 0, column: 0, length: 1 };

/**
 * What can't be checked before the packets are read: each is there, has bytes, is not longer
 * than a packet of its transport can be, and holds the fields that are written into it.
 *
 * @param sizes bytes of the packets, by their names in the plan
 * @param positions where the plan's script says it; without them problems have line and column 0
 * @throws {ScriptError} with every problem
 */
export function checkPacketSizes(
  plan: StressPlan,
  sizes: Readonly<Record<string, number>>,
  positions?: ScriptPositions,
): void {
  const problems = collectProblems(positions !== undefined);
  for (const name of Object.keys(plan.packets)) {
    const message = problemOfPacket(name, plan, sizeOf(sizes, name));
    if (message !== null) {
      problems.add(positions?.packets.get(name) ?? NOWHERE, message[0], message[1]);
    }
  }
  for (const [index, action] of plan.actions.entries()) {
    for (const { name, key, field } of fieldsOf(action)) {
      const size = sizeOf(sizes, name);
      if (size === undefined || field.start + field.length <= size) continue;
      const at = positions?.actions[index]?.[key] ?? NOWHERE;
      const bytes = `bytes ${field.start}:${field.length}`;
      const keyword = key.toUpperCase();
      problems.add(
        at,
        `${keyword}'s ${bytes} end behind the ${size} bytes of ${name}`,
        fits(size, field),
      );
    }
  }
  const found = problems.list();
  if (found.length === 0) return;
  const { omitted } = problems;
  if (positions === undefined) throw new ScriptError(plan.name, found, { omitted });
  throw new ScriptError(positions.file, found, { source: positions.source, omitted });
}

function sizeOf(sizes: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(sizes, name) ? sizes[name] : undefined;
}

function problemOfPacket(
  name: string,
  { settings: { transport } }: StressPlan,
  size: number | undefined,
): [message: string, expected: string] | null {
  if (size === undefined) return [`${name} was not read`, "a file that can be read"];
  const isUdp = transport === "udp";
  if (size === 0) return [`${name} is empty`, "at least one byte"];
  const most = isUdp ? SCRIPT_LIMITS.datagramBytes : SCRIPT_LIMITS.packetBytes;
  const where = isUdp ? "in a datagram" : "in a packet";
  return size > most ? [`${name} has ${size} bytes`, `at most ${most} ${where}`] : null;
}

function fieldsOf(action: Action): { name: string; key: "counter" | "timestamp"; field: Field }[] {
  if (action.kind !== "send") return [];
  const { packet: name, counter, timestamp } = action.payload;
  return [
    ...counter === null ? [] : [{ name, key: "counter" as const, field: counter }],
    ...timestamp === null ? [] : [{ name, key: "timestamp" as const, field: timestamp }],
  ];
}

function fits(size: number, { length }: Field): string {
  return size < length ? `at most ${size} bytes` : `a first byte of at most ${size - length}`;
}
