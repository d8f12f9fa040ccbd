import assert from "node:assert/strict";
import { HttpError } from "../errors.ts";
import { H2Error } from "../errors.ts";
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
  concat,
  frame,
  head,
  number,
  OPTIONS,
  send,
  settings,
  textOf,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

const PROTOCOL_ERROR = 1, FLOW_CONTROL_ERROR = 3, STREAM_CLOSED = 5, FRAME_SIZE_ERROR = 6;
const CANCEL = 8, COMPRESSION_ERROR = 9, ENHANCE_YOUR_CALM = 11;
const OK = head(1, [[":status", "200"]]);

/** What breaks the connection (RFC 9113 §5.4.1). */
type Breach = readonly [
  what: string,
  /** What GOAWAY says. */
  errorCode: number,
  bytes: readonly Uint8Array[],
  /** What the request on stream 1 fails with, when it has not ended before. */
  fails?: "h2_stream" | "not at all",
];

const BREACHES: readonly Breach[] = [
  ["DATA on stream 0", PROTOCOL_ERROR, [frame(DATA, 0, 0)]],
  ["DATA on a stream never opened", PROTOCOL_ERROR, [frame(DATA, 0, 9)]],
  ["DATA on a stream of the peer's", PROTOCOL_ERROR, [frame(DATA, 0, 2)]],
  [
    "DATA behind the end of its stream",
    STREAM_CLOSED,
    [answer(1, ""), frame(DATA, 0, 1)],
    "not at all",
  ],
  ["HEADERS behind the end of its stream", STREAM_CLOSED, [answer(1, ""), OK], "not at all"],
  ["padding longer than its frame", PROTOCOL_ERROR, [frame(DATA, PADDED, 1, [5, 0])]],
  ["a padded frame of no bytes", FRAME_SIZE_ERROR, [frame(DATA, PADDED, 1)]],
  ["HEADERS on stream 0", PROTOCOL_ERROR, [head(0, [[":status", "200"]])]],
  ["HEADERS on a stream never opened", PROTOCOL_ERROR, [head(9, [[":status", "200"]])]],
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
  [
    "a flood of RST_STREAM",
    ENHANCE_YOUR_CALM,
    flood(frame(RST_STREAM, 0, 1, number(8))),
    "h2_stream",
  ],
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

for (const [what, errorCode, bytes, fails = "h2_protocol"] of BREACHES) {
  Deno.test(`${what} ends the connection`, () =>
    withPeer(async (session, peer) => {
      const outcome = send(session).then(() => "not at all", (error) => {
        assert.ok(error instanceof H2Error, String(error));
        if (error.code === "h2_protocol") assert.equal(error.errorCode, errorCode);
        return error.code;
      });
      await peer.request(1);
      await peer.send(settings(), ...bytes);
      await peer.reading;
      const said = peer.frames.find((it) => it.type === GOAWAY);
      // Where more is on its way, the system resets the connection, and GOAWAY with it.
      if (said === undefined) assert.ok(concat(bytes).length > 1000);
      else assert.equal(uint32(said.payload, 4), errorCode);
      assert.equal(session.usable, false);
      assert.equal(await outcome, fails);
    }));
}

/** What breaks a stream alone, the code of its failure and that of RST_STREAM. */
const STREAM_BREACHES: readonly (readonly [string, string, number, readonly Uint8Array[]])[] = [
  ...malformedHeads([
    ["a field in upper case", [[":status", "200"], ["X-A", "b"]]],
    ["a field without a name", [[":status", "200"], ["", "b"]]],
    ["a value with a line feed", [[":status", "200"], ["a", "b\nc"]]],
    ["a value that begins with a blank", [[":status", "200"], ["a", " b"]]],
    ["connection", [[":status", "200"], ["connection", "close"]]],
    ["transfer-encoding", [[":status", "200"], ["transfer-encoding", "chunked"]]],
    ["no :status", [["a", "b"]]],
    ["two :status", [[":status", "200"], [":status", "200"]]],
    ["a :status behind other fields", [["a", "b"], [":status", "200"]]],
    ["a :status of two digits", [[":status", "20"]]],
    ["a pseudo-field of requests", [[":status", "200"], [":path", "/"]]],
    ["a content-length that is no number", [[":status", "200"], ["content-length", "1x"]]],
    ["two lengths", [[":status", "200"], ["content-length", "1"], ["content-length", "2"]]],
    ["status 101", [[":status", "101"]]],
  ]),
  ["DATA before the head", "response_malformed", PROTOCOL_ERROR, [frame(DATA, 0, 1)]],
  ["a 103 that ends the stream", "response_malformed", PROTOCOL_ERROR, [
    head(1, [[":status", "103"]], END_STREAM),
  ]],
  ["over 100 interim responses", "response_malformed", PROTOCOL_ERROR, [
    ...Array.from({ length: 101 }, () => head(1, [[":status", "100"]])),
  ]],
  ["more content than its length", "response_malformed", PROTOCOL_ERROR, [
    head(1, [[":status", "200"], ["content-length", "1"]]),
    frame(DATA, 0, 1, [1, 2]),
  ]],
  ["less content than its length", "response_malformed", PROTOCOL_ERROR, [
    head(1, [[":status", "200"], ["content-length", "2"]]),
    frame(DATA, END_STREAM, 1, [1]),
  ]],
  ["content of a 204", "response_malformed", PROTOCOL_ERROR, [
    head(1, [[":status", "204"]]),
    frame(DATA, END_STREAM, 1, [1]),
  ]],
  ["trailers that don't end the stream", "response_malformed", PROTOCOL_ERROR, [
    OK,
    head(1, [["a", "b"]]),
  ]],
  ["a pseudo-field in trailers", "response_malformed", PROTOCOL_ERROR, [
    OK,
    head(1, [[":status", "200"]], END_STREAM),
  ]],
  ["WINDOW_UPDATE by 0", "h2_stream", PROTOCOL_ERROR, [frame(WINDOW_UPDATE, 0, 1, number(0))]],
  ["a window over 2^31-1", "h2_stream", FLOW_CONTROL_ERROR, [
    frame(WINDOW_UPDATE, 0, 1, number(0x7fffffff)),
  ]],
  ["over 2000 fields", "response_too_large", CANCEL, [
    frame(HEADERS, 0, 1, block([":status", "200"])),
    frame(CONTINUATION, END_HEADERS, 1, block(...Array(2001).fill(["a", "b"]))),
  ]],
  ["a body whose length is over the cap", "response_too_large", CANCEL, [
    head(1, [[":status", "200"], ["content-length", "1001"]]),
  ]],
  ["a body over the cap", "response_too_large", CANCEL, [
    OK,
    frame(DATA, 0, 1, new Uint8Array(600)),
    frame(DATA, 0, 1, new Uint8Array(600)),
  ]],
];

function malformedHeads(
  heads: readonly (readonly [what: string, fields: readonly (readonly [string, string])[]])[],
) {
  return heads.map(([what, fields]) =>
    [what, "response_malformed", PROTOCOL_ERROR, [head(1, fields)]] as const
  );
}

for (const [what, code, resetCode, bytes] of STREAM_BREACHES) {
  Deno.test(`${what} ends the stream, not the connection`, () =>
    withPeer(async (session, peer) => {
      const failing = assert.rejects(send(session), (error) => {
        assert.ok(error instanceof HttpError, String(error));
        assert.equal(error.code, code, String(error));
        return true;
      });
      await peer.request(1);
      await peer.send(settings(), ...bytes);
      await failing;
      assert.deepEqual([...(await peer.type(RST_STREAM)).payload], number(resetCode));
      const next = send(session);
      await peer.request(3);
      await peer.send(answer(3, "alive"));
      assert.equal(textOf((await next).body), "alive");
    }, { ...OPTIONS, maxBodyBytes: 1000 }));
}
