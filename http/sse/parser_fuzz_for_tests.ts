import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { EventStreamParser, type ServerSentEvent } from "./parser.ts";

const PIECES = [
  ...["data", "data:", "data: x", "id", "id: 1", "id: \0", "event: e", "retry: 5", "retry: x"],
  ...["\n", "\n", "\n\n", "\r", "\r\n", "\r\n\r\n", ":", " ", "\ufeff", "\u00e9", "other: x"],
];

/** Event streams: the same events however they are cut, also inside a character. */
export const target: FuzzTarget = fuzzTarget({
  name: "event-stream",
  run(random: Random): void {
    const plain = new TextEncoder().encode(random.text(25, PIECES));
    const bytes = random.once(2) ? plain : random.mutate(plain);
    const whole = parse([bytes]);
    assert.deepEqual(parse(random.pieces(bytes)), whole, [...bytes].join());
    for (const event of whole) {
      if (typeof event !== "object" || event === null) continue;
      assert.doesNotMatch(event.type, /[\r\n]/);
      assert.doesNotMatch(event.lastEventId, /[\r\n\0]/);
    }
  },
});

/** The events, then what the parser knows of ids and of the time to wait. */
function parse(pieces: readonly Uint8Array[]): (ServerSentEvent | string | number | null)[] {
  const parser = new EventStreamParser();
  const seen: (ServerSentEvent | string | number | null)[] = [];
  for (const piece of pieces) parser.push(piece, (event) => seen.push(event));
  parser.end();
  return [...seen, parser.lastEventId, parser.retryMs];
}
