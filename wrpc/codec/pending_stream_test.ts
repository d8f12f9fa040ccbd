import assert from "node:assert/strict";
import { stream } from "./types_for_tests.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { compileValues } from "./values.ts";
import type { WitStream } from "./wit_stream.ts";

/** A pending stream without a type of elements, of chunks that come one after the other. */
function nothings(...chunks: number[][]): WitStream<undefined> {
  const reader = {
    read: () => {
      const chunk = chunks.shift();
      return Promise.resolve(chunk === undefined ? null : Uint8Array.from(chunk));
    },
    unread: () => {},
    end: () => {},
    cancel: () => {},
  };
  const host = { read: () => reader, track: () => {} };
  const decoder = compileValues([stream(null)]).decoder(DEFAULT_LIMITS, host);
  return decoder.push(Uint8Array.of(0))![0] as WitStream<undefined>;
}

Deno.test("a stream of nothing has as many elements as its chunks say", async () => {
  const elements = await Array.fromAsync(nothings([2], [0x81], [0x10, 1], [0]));
  assert.deepEqual(elements, Array(2 + 2049 + 1).fill(undefined));
});

for (
  const [what, chunks] of [
    ["one chunk", [[255, 255, 255, 255, 15]]],
    ["many chunks", Array.from({ length: 50_000 }, () => [255, 7])],
  ] as const
) {
  Deno.test(`billions of elements of no bytes in ${what} leave others their turn`, async () => {
    let turned = false;
    const timer = setTimeout(() => turned = true, 0);
    let count = 0;
    for await (const _ of nothings(...chunks.map((chunk) => [...chunk]))) {
      if (turned || ++count > 20_000_000) break;
    }
    clearTimeout(timer);
    assert.ok(turned, `${count} elements were read meanwhile`);
  });
}
