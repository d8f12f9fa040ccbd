import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../internal/fuzz_for_tests.ts";
import { NatsError } from "./errors.ts";
import { type FrameSink, Scanner } from "./scan.ts";

const PIECES = [
  ...[
    "PING\r\n",
    "PONG\r\n",
    "+OK\r\n",
    "-ERR 'x'\r\n",
    'INFO {"a":1}\r\n',
    "MSG a.b 1 2\r\nhi\r\n",
  ],
  ...[
    "MSG a 2 r 0\r\n\r\n",
    "HMSG a 3 12 13\r\nNATS/1.0\r\n\r\nx\r\n",
    "MSG a 1 70000\r\n",
    "MSG  ",
  ],
  ...["HMSG a 3 9 2\r\n", "\r\n", " ", "x".repeat(300)],
];

/** Bytes of a server in any pieces: the same frames, or the same refusal, as in one piece. */
export const target: FuzzTarget = fuzzTarget({ name: "nats-frames", run: oneCase });

/** One case. */
export function oneCase(random: Random): void {
  const text = new TextEncoder().encode(random.text(8, PIECES));
  const bytes = random.once(2) ? text : random.mutate(text);
  const whole = scan([bytes]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = Math.min(bytes.length, at + 1 + random.below(9));
    pieces.push(bytes.subarray(at, next));
    at = next;
  }
  const split = scan(pieces);
  // In pieces a refusal may come earlier, never for bytes that are fine in one.
  assert.equal(split.refused, whole.refused);
  assert.deepEqual(split.frames, whole.frames);
}

function scan(pieces: readonly Uint8Array[]): { frames: string[]; refused: boolean } {
  const frames: string[] = [];
  const sink: FrameSink = {
    onMessage({ buffer, sid, subjectStart, subjectEnd, headerLength, start, end }) {
      assert(subjectStart < subjectEnd && start <= end && headerLength <= end - start);
      frames.push(
        `${sid}:${buffer.subarray(subjectStart, subjectEnd)}:${buffer.subarray(start, end)}`,
      );
    },
    onInfo: (json) => frames.push(`info:${json}`),
    onPing: () => frames.push("ping"),
    onPong: () => frames.push("pong"),
    onError: (text) => frames.push(`err:${text}`),
  };
  const scanner = new Scanner(sink);
  let rest = new Uint8Array(0);
  try {
    for (const piece of pieces) {
      const all = new Uint8Array(rest.length + piece.length);
      all.set(rest);
      all.set(piece, rest.length);
      rest = all.length < scanner.needed ? all : all.slice(scanner.scan(all, 0, all.length));
    }
  } catch (error) {
    assert(error instanceof NatsError, String(error));
    assert.equal(error.reason, "protocol");
    return { frames, refused: true };
  }
  return { frames, refused: false };
}
