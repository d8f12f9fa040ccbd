import assert from "node:assert/strict";
import { type Frame, FrameDecoder, FrameType } from "./frames.ts";
import {
  decodeCall,
  decodeCredit,
  decodeFailure,
  decodeLine,
  encodeCall,
  encodeCredit,
  encodeJson,
} from "./messages.ts";

function frame(bytes: Uint8Array): Frame {
  return [...new FrameDecoder().push(bytes)][0]!;
}

function raw(payload: string | Uint8Array): Frame {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  return { type: FrameType.failure, id: 1, payload: bytes };
}

Deno.test("messages come out as they went in", () => {
  const params = Uint8Array.of(1, 2);
  assert.deepEqual(decodeCall(frame(encodeCall(1, 300, params))), { index: 300, params });
  assert.equal(decodeCredit(frame(encodeCredit(1, 4_000_000_000))), 4_000_000_000);
  const failure = { code: "trap", message: "unreachable" } as const;
  assert.deepEqual(decodeFailure(frame(encodeJson(FrameType.failure, 1, failure))), failure);
  assert.equal(decodeLine(frame(encodeJson(FrameType.log, 0, { line: "hi" }))), "hi");
});

Deno.test("what isn't a message is refused", () => {
  const failures = ["", "null", "1", "{}", '{"code":"trap"}', '{"code":"x","message":"y"}', "{"];
  for (const text of failures) {
    assert.throws(() => decodeFailure(raw(text)), { code: "protocol" }, text);
  }
  assert.throws(() => decodeFailure(raw(Uint8Array.of(0x22, 0xff, 0x22))), { code: "protocol" });
  assert.throws(() => decodeLine(raw('{"line":1}')), { code: "protocol" });
  assert.throws(() => decodeCall(raw("a")), { code: "protocol" });
  assert.throws(() => decodeCredit(raw("abc")), { code: "protocol" });
});
