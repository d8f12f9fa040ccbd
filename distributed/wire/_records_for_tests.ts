import type { Random } from "../../internal/fuzz_for_tests.ts";
import { cutMessage, encodeRecord } from "./records.ts";

/** Messages of random lengths, and the records of a part that says them and then goodbye. */
export function randomTalk(
  random: Random,
  maxBytes: number = 6 + random.below(40),
): { messages: Uint8Array[]; records: Uint8Array[] } {
  const messages = Array.from(
    { length: random.below(12) },
    () => random.bytes(1 + random.below(200)),
  );
  const records: Uint8Array[] = [];
  for (const message of messages) {
    records.push(...cutMessage(message, records.length + 1, maxBytes));
  }
  const reason = random.once(2) ? "gone" : null;
  const sequence = records.length + 1;
  records.push(encodeRecord({ kind: "bye", sequence, lost: random.below(3), reason }));
  return { messages, records };
}

/** The same things in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}
