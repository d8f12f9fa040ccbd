import assert from "node:assert/strict";
import { FrameDecoder, frameHead } from "./frames.ts";
import { target } from "./frames_fuzz_for_tests.ts";
import { encodeHeader, HeaderDecoder } from "./header.ts";

const text = new TextEncoder();

/** What upstream's own test of its codec has (crates/transport/src/frame/codec.rs). */
const GOLDEN = Uint8Array.from([
  ...[3, 0, 1, 2, 4, ...text.encode("test")],
  ...[0, 0],
  ...[1, 0x42, 9, ...text.encode("\x7fƒ𐍈Ő")],
]);

Deno.test("frames are encoded as upstream's test has them", () => {
  const frame = (path: number[], data: string) => {
    const bytes = text.encode(data);
    return [...frameHead(path, bytes.length), ...bytes];
  };
  const all = [...frame([0, 1, 2], "test"), ...frame([], ""), ...frame([0x42], "\x7fƒ𐍈Ő")];
  assert.deepEqual(Uint8Array.from(all), GOLDEN);
});

Deno.test("frames are taken apart at every cut", () => {
  for (let at = 0; at <= GOLDEN.length; at++) {
    const got = new Map<string, number[]>();
    const decoder = new FrameDecoder((path, bytes) => {
      got.set(String(path), [...got.get(String(path)) ?? [], ...bytes]);
    });
    decoder.push(GOLDEN.subarray(0, at));
    decoder.push(GOLDEN.subarray(at));
    decoder.end();
    const texts = [...got].map(([path, bytes]) => [
      path,
      new TextDecoder().decode(Uint8Array.from(bytes)),
    ]);
    assert.deepEqual(texts, [["0,1,2", "test"], ["66", "\x7fƒ𐍈Ő"]]);
  }
});

const FAULTS = {
  truncated: 59,
  leb128_invalid: 60,
  path_too_deep: 61,
  frame_too_large: 62,
} as const;

for (
  const [what, code, bytes] of [
    ["a path of 33 steps", "path_too_deep", [33]],
    ["a path of 4 billion steps", "path_too_deep", [255, 255, 255, 255, 15]],
    ["a frame over the cap", "frame_too_large", [0, 0x81, 0x80, 0x80, 8]],
    ["a length of 4 GiB", "frame_too_large", [0, 255, 255, 255, 255, 15]],
    ["a length beyond 32 bits", "leb128_invalid", [0, 0xff, 0xff, 0xff, 0xff, 0x1f]],
    ["a padded length", "leb128_invalid", [0, 0x80, 0]],
    ["a path step beyond 32 bits", "leb128_invalid", [1, 0xff, 0xff, 0xff, 0xff, 0x10]],
    ["an end in a path", "truncated", [2, 1]],
    ["an end in a length", "truncated", [0, 0x81]],
    ["an end in the data", "truncated", [0, 2, 1]],
    ["an end before the length", "truncated", [0]],
  ] as const
) {
  Deno.test(`fault ${FAULTS[code]}: frames with ${what} are refused: ${code}`, () => {
    const decoder = new FrameDecoder(() => {});
    assert.throws(() => {
      decoder.push(Uint8Array.from(bytes));
      decoder.end();
    }, { code, phase: "receive" });
  });
}

Deno.test("a header is taken apart at every cut, with the bytes behind it", () => {
  const header = { instance: "xk6:wrpc/blaster@0.0.1", name: "blast" };
  const bytes = Uint8Array.from([...encodeHeader(header), 9]);
  assert.equal(bytes[0], 0);
  for (let at = 0; at < bytes.length; at++) {
    const decoder = new HeaderDecoder();
    const first = decoder.push(bytes.subarray(0, at));
    const read = first ?? decoder.push(bytes.subarray(at));
    assert.deepEqual(read?.header, header);
    if (first === null) assert.deepEqual([...read!.rest], [9]);
  }
});

Deno.test("any frames come out the same at any cut", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  for (let number = 0; number < 1000; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
