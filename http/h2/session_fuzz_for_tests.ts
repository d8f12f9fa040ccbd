import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { DownpourError } from "../../internal/mod.ts";
import { scriptedSocket } from "../_sockets_for_tests.ts";
import {
  answer,
  bytesOf,
  concat,
  frame,
  get,
  head,
  number,
  settings,
} from "./_raw_h2_server_for_tests.ts";
import { Session } from "./session.ts";

const HEADS: (readonly (readonly [string, string])[])[] = [
  [[":status", "200"]],
  [[":status", "200"], ["content-length", "5"], ["x", "y"]],
  [[":status", "204"]],
  [[":status", "100"]],
  [[":status", "103"], ["link", "x"]],
  [[":status", "200"], ["connection", "close"]],
  [["x", "y"]],
  [[":status", "200"], ["set-cookie", "a=b"], ["set-cookie", "c=d"]],
];

/** Frames 0 to 9, the rest unknown; heads and flags as they should be, or not. */
function someFrame(random: Random): Uint8Array {
  const stream = random.pick([0, 1, 1, 3, 3, 5, 5, 2, 7, 2 ** 31 - 1]);
  switch (random.below(11)) {
    case 0:
    case 1:
      return head(stream, random.pick(HEADS), random.pick([0, 1]));
    case 2:
    case 3:
      return frame(
        0,
        random.pick([0, 1, 8, 9]),
        stream,
        bytesOf(random.pick(["hello", "", "\x02hi\0\0"])),
      );
    case 4:
      return settings(
        ...random.list(
          4,
          () => [random.below(8), random.pick([0, 1, 100, 16384, 65535, 2 ** 31])] as const,
        ),
      );
    case 5:
      return frame(3, 0, stream, number(random.below(16)));
    case 6:
      return frame(8, 0, stream, number(random.pick([0, 1, 65535, 2 ** 31 - 1])));
    case 7:
      return frame(
        6,
        random.pick([0, 1]),
        random.once(10) ? stream : 0,
        random.bytes(random.once(10) ? 7 : 8),
      );
    case 8:
      return random.once(4)
        ? frame(7, 0, 0, [
          ...number(random.pick([0, 1, 3, 2 ** 31 - 1])),
          ...number(random.below(14)),
        ])
        : answer(random.pick([1, 3, 5]), "whole");
    case 9:
      return frame(9, random.pick([0, 4]), stream, random.bytes(random.below(6)));
    default:
      return frame(random.below(256), random.below(256), stream, random.bytes(random.below(12)));
  }
}

/** What a session makes of the bytes for three requests, as text. */
async function serve(
  pieces: readonly Uint8Array[],
  modes: readonly ("keep" | "discard" | "stream")[],
  upload: boolean,
): Promise<string[]> {
  const scripted = scriptedSocket(pieces);
  let closed = 0;
  const options = { maxBodyBytes: 1000, letsProcessEnd: false };
  const session = new Session(scripted.socket, "http://test", options, () => closed++);
  const body = upload ? new Uint8Array(70_000) : null;
  const results = await Promise.all(modes.map(async (mode) => {
    const lane = session.lane();
    try {
      const request = get("/", body === null ? {} : { method: "POST", body });
      await lane.exchange(request, mode, performance.now(), 60_000);
      const content = [...lane.body];
      if (lane.streaming) {
        for (let chunk = await lane.chunk(); chunk !== null; chunk = await lane.chunk()) {
          content.push(...chunk);
        }
      }
      assert.ok(lane.status >= 200 && lane.status <= 999, `status ${lane.status}`);
      return JSON.stringify([[...lane.head], content, [...lane.trailers]]);
    } catch (error) {
      if (!(error instanceof DownpourError)) throw error;
      return error.code;
    }
  }));
  session.close();
  assert.equal(closed, 1, "closing is told once");
  assert.ok(scripted.closed && session.idle);
  return results;
}

/** Frames of a server to three requests: the same result however they are cut, or typed errors. */
export const target: FuzzTarget = fuzzTarget({
  name: "h2-session",
  async run(random: Random): Promise<void> {
    const frames = [
      ...random.once(10) ? [] : [settings()],
      ...random.list(12, () => someFrame(random)),
    ];
    const plain = concat(frames);
    const bytes = random.once(3) ? random.mutate(plain) : plain;
    const modes = Array.from(
      { length: 3 },
      () => random.pick(["keep", "discard", "stream"] as const),
    );
    const upload = random.once(4);
    const whole = await serve([bytes], modes, upload);
    for (let i = 0; i < 2; i++) {
      const cut = await serve(random.pieces(bytes), modes, upload);
      assert.deepEqual(cut, whole, `${modes} ${upload}: ${[...bytes].join()}`);
    }
  },
});
