import assert from "node:assert/strict";
import { HttpError } from "../errors.ts";
import { H2Error } from "./failures.ts";
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  PADDED,
  PING,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "./frames.ts";
import {
  answer,
  block,
  bytesOf,
  concat,
  frame,
  get,
  head,
  number,
  OPTIONS,
  send,
  settings,
  textOf,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

const PROTOCOL_ERROR = 1, FLOW_CONTROL_ERROR = 3, STREAM_CLOSED = 5, FRAME_SIZE_ERROR = 6;
const COMPRESSION_ERROR = 9, ENHANCE_YOUR_CALM = 11;
const OK = head(1, [[":status", "200"]]);

/** What breaks the connection, and the code that GOAWAY has for it (RFC 9113 §5.4.1). */
const BROKEN: readonly (readonly [what: string, code: number, bytes: readonly Uint8Array[]])[] = [
  ["DATA on stream 0", PROTOCOL_ERROR, [frame(DATA, 0, 0)]],
  ["DATA on a stream never opened", PROTOCOL_ERROR, [frame(DATA, 0, 3)]],
  ["DATA on a stream of the peer's", PROTOCOL_ERROR, [frame(DATA, 0, 2)]],
  ["DATA behind the end of its stream", STREAM_CLOSED, [answer(1, ""), frame(DATA, 0, 1)]],
  ["HEADERS behind the end of its stream", STREAM_CLOSED, [answer(1, ""), OK]],
  ["padding longer than its frame", PROTOCOL_ERROR, [frame(DATA, PADDED, 1, [5, 0])]],
  ["a padded frame of no bytes", FRAME_SIZE_ERROR, [frame(DATA, PADDED, 1)]],
  ["HEADERS on stream 0", PROTOCOL_ERROR, [head(0, [[":status", "200"]])]],
  ["HEADERS on a stream never opened", PROTOCOL_ERROR, [head(3, [[":status", "200"]])]],
  ["HEADERS without room for a priority", FRAME_SIZE_ERROR, [frame(HEADERS, 0x24, 1, [0])]],
  ["CONTINUATION without HEADERS", PROTOCOL_ERROR, [frame(CONTINUATION, END_HEADERS, 1)]],
  ["PING inside a field block", PROTOCOL_ERROR, [frame(HEADERS, 0, 1), frame(PING, 0, 0)]],
  ["CONTINUATION of another stream", PROTOCOL_ERROR, [
    frame(HEADERS, 0, 1),
    frame(CONTINUATION, END_HEADERS, 3),
  ]],
  ["a block that is not HPACK", COMPRESSION_ERROR, [frame(HEADERS, END_HEADERS, 1, [0x80])]],
  ["PUSH_PROMISE", PROTOCOL_ERROR, [frame(PUSH_PROMISE, END_HEADERS, 1, number(2))]],
  ["RST_STREAM on stream 0", PROTOCOL_ERROR, [frame(RST_STREAM, 0, 0, number(0))]],
  ["RST_STREAM on a stream never opened", PROTOCOL_ERROR, [frame(RST_STREAM, 0, 7, number(0))]],
  ["RST_STREAM of three bytes", FRAME_SIZE_ERROR, [frame(RST_STREAM, 0, 1, [0, 0, 0])]],
  ["SETTINGS on a stream", PROTOCOL_ERROR, [frame(SETTINGS, 0, 1)]],
  ["SETTINGS of five bytes", FRAME_SIZE_ERROR, [frame(SETTINGS, 0, 0, [0, 1, 0, 0, 0])]],
  ["an acknowledgement with content", FRAME_SIZE_ERROR, [frame(SETTINGS, 1, 0, [0])]],
  ["ENABLE_PUSH of a server", PROTOCOL_ERROR, [settings([2, 1])]],
  ["INITIAL_WINDOW_SIZE over 2^31-1", FLOW_CONTROL_ERROR, [settings([4, 0x80000000])]],
  ["MAX_FRAME_SIZE below 16384", PROTOCOL_ERROR, [settings([5, 16383])]],
  ["MAX_FRAME_SIZE over 2^24-1", PROTOCOL_ERROR, [settings([5, 0x1000000])]],
  ["PING on a stream", PROTOCOL_ERROR, [frame(PING, 0, 1, new Uint8Array(8))]],
  ["PING of seven bytes", FRAME_SIZE_ERROR, [frame(PING, 0, 0, new Uint8Array(7))]],
  ["GOAWAY on a stream", PROTOCOL_ERROR, [frame(GOAWAY, 0, 1, new Uint8Array(8))]],
  ["GOAWAY of seven bytes", FRAME_SIZE_ERROR, [frame(GOAWAY, 0, 0, new Uint8Array(7))]],
  ["WINDOW_UPDATE by 0", PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 0, number(0))]],
  ["WINDOW_UPDATE of three bytes", FRAME_SIZE_ERROR, [frame(WINDOW_UPDATE, 0, 0, [0, 0, 1])]],
  ["WINDOW_UPDATE on a stream never opened", PROTOCOL_ERROR, [
    frame(WINDOW_UPDATE, 0, 9, number(1)),
  ]],
  ["a connection window over 2^31-1", FLOW_CONTROL_ERROR, [
    frame(WINDOW_UPDATE, 0, 0, number(0x7fffffff)),
  ]],
  ["SETTINGS that widen a stream over 2^31-1", FLOW_CONTROL_ERROR, [
    frame(WINDOW_UPDATE, 0, 1, number(0x7fffffff - 65535)),
    settings([4, 65536]),
  ]],
  ["a frame over our MAX_FRAME_SIZE", FRAME_SIZE_ERROR, [
    frame(DATA, 0, 1, new Uint8Array(16385)),
  ]],
  ["a flood of CONTINUATION", ENHANCE_YOUR_CALM, [
    frame(HEADERS, 0, 1),
    ...Array.from({ length: 100 }, () => frame(CONTINUATION, 0, 1)),
  ]],
  ["a field block without end", ENHANCE_YOUR_CALM, [
    frame(HEADERS, 0, 1),
    ...Array.from({ length: 20 }, () => frame(CONTINUATION, 0, 1, new Uint8Array(16384))),
  ]],
  ["a flood of PING", ENHANCE_YOUR_CALM, flood(frame(PING, 0, 0, new Uint8Array(8)))],
  ["a flood of SETTINGS", ENHANCE_YOUR_CALM, flood(settings([3, 5]))],
  ["a flood of empty DATA", ENHANCE_YOUR_CALM, [OK, ...flood(frame(DATA, 0, 1))]],
  ["a flood of RST_STREAM", ENHANCE_YOUR_CALM, flood(frame(RST_STREAM, 0, 1, number(8)))],
  ["an HPACK bomb", COMPRESSION_ERROR, [bomb()]],
];

function flood(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: 3000 }, () => bytes);
}

/** One field of 3 KB in the table, then one byte for each further copy of it. */
function bomb(): Uint8Array {
  const literal = block(["a", "b".repeat(3000)]).slice();
  literal[0] = 0x40;
  const copies = new Uint8Array(5000).fill(0x80 | 62);
  return frame(HEADERS, END_HEADERS, 1, concat([block([":status", "200"]), literal, copies]));
}

for (const [what, code, bytes] of BROKEN) {
  Deno.test(`${what} ends the connection`, () =>
    withPeer(async (session, peer) => {
      // Held until the end: what a broken connection does to a stream is told by its request.
      const sending = send(session, get(), "stream").then((lane) => lane.chunk());
      sending.catch(() => {});
      const other = send(session).catch((error) => error);
      await peer.request(1);
      const late = what.includes("behind the end");
      if (what.includes("never opened")) await other.catch(() => {});
      await peer.send(settings(), ...bytes);
      const said = await peer.type(GOAWAY);
      assert.equal(uint32(said.payload, 4), code);
      assert.equal(session.usable, false);
      if (!late) await assert.rejects(sending, isBroken(code));
      else await sending;
    }));
}

function isBroken(code: number): (error: unknown) => boolean {
  return (error) => {
    // A peer that resets our stream first has ended it by that.
    if (error instanceof H2Error && error.code === "h2_stream") return true;
    assert.ok(error instanceof H2Error, String(error));
    assert.equal(error.code, "h2_protocol");
    assert.equal(error.errorCode, code);
    return true;
  };
}
