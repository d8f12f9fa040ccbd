import assert from "node:assert/strict";
import { target } from "./scan_fuzz_for_tests.ts";
import { type FrameSink, Scanner } from "./scan.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a scanner made of bytes that came in pieces. */
function scanAll(pieces: readonly Uint8Array[]): { frames: string[]; rest: string } {
  const frames: string[] = [];
  const sink: FrameSink = {
    onMessage({ buffer, ...at }) {
      const text = (from: number, to: number) => decoder.decode(buffer.subarray(from, to));
      const reply = at.replyStart < 0 ? "-" : text(at.replyStart, at.replyEnd);
      const headers = text(at.start, at.start + at.headerLength);
      const data = text(at.start + at.headerLength, at.end);
      frames.push(
        `msg ${text(at.subjectStart, at.subjectEnd)} ${at.sid} ${reply} ${headers}|${data}`,
      );
    },
    onInfo: (json) => frames.push(`info ${decoder.decode(json)}`),
    onPing: () => frames.push("ping"),
    onPong: () => frames.push("pong"),
    onError: (text) => frames.push(`err ${decoder.decode(text)}`),
  };
  const scanner = new Scanner(sink);
  let rest = new Uint8Array(0);
  for (const piece of pieces) {
    const all = new Uint8Array(rest.length + piece.length);
    all.set(rest);
    all.set(piece, rest.length);
    rest = all.length < scanner.needed ? all : all.slice(scanner.scan(all, 0, all.length));
  }
  return { frames, rest: decoder.decode(rest) };
}

const GOOD: Record<string, string[]> = {
  "PING\r\n": ["ping"],
  "ping\r\npong\r\n": ["ping", "pong"],
  "+OK\r\nPONG\r\n": ["pong"],
  "-ERR 'Unknown Protocol Operation'\r\n": ["err 'Unknown Protocol Operation'"],
  'INFO {"a":1} \r\n': ['info {"a":1} '],
  "MSG a.b 9 0\r\n\r\n": ["msg a.b 9 - |"],
  "MSG a.b 9 5\r\nhello\r\n": ["msg a.b 9 - |hello"],
  "msg a 1 _INBOX.x 4\r\n\r\n\r\n\r\n": ["msg a 1 _INBOX.x |\r\n\r\n"],
  "MSG\ta  1\t2 \r\nhi\r\n": ["msg a 1 - |hi"],
  "HMSG a 2 r 12 17\r\nNATS/1.0\r\n\r\nhello\r\n": ["msg a 2 r NATS/1.0\r\n\r\n|hello"],
  "HMSG a 2 12 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n": ["msg a 2 - NATS/1.0\r\n\r\n|", "ping"],
  "MSG a 1 3\r\nPI\n\r\nMSG a 1 1\r\nx\r\n": ["msg a 1 - |PI\n", "msg a 1 - |x"],
};

for (const [text, expected] of Object.entries(GOOD)) {
  Deno.test(`frames are read, wherever the bytes are split: ${JSON.stringify(text)}`, () => {
    const bytes = encoder.encode(text);
    assert.deepEqual(scanAll([bytes]), { frames: expected, rest: "" });
    for (let at = 0; at <= bytes.length; at++) {
      const split = scanAll([bytes.subarray(0, at), bytes.subarray(at)]);
      assert.deepEqual(split, { frames: expected, rest: "" }, `split at ${at}`);
    }
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    assert.deepEqual(scanAll(single), { frames: expected, rest: "" });
  });
}

const BAD = [
  "HTTP/1.1 400 Bad Request\r\n",
  "GARBAGE\r\n",
  "\r\n",
  "PINK\r\n",
  "MSX a 1 2\r\nhi\r\n",
  "MSG a 1\r\n",
  "MSG a 1 r x 2\r\nhi\r\n",
  "MSG a one 2\r\nhi\r\n",
  "MSG a 1 -2\r\nhi\r\n",
  "MSG a 1 +2\r\nhi\r\n",
  "MSG a 1 2.0\r\nhi\r\n",
  "MSG a 1 9999999999\r\n",
  "MSG a 1 99999999\r\n",
  "MSG a 1 2\r\nhixx\r\n",
  "MSG a 1 2\rxhi\r\n",
  "MSG a\x001 2\r\nhi\r\n",
  "HMSG a 1 13 12\r\nNATS/1.0\r\n\r\n\r\n",
  "HMSG a 1 12\r\nNATS/1.0\r\n\r\n\r\n",
];

for (const text of BAD) {
  Deno.test(`bytes that aren't NATS are refused: ${JSON.stringify(text)}`, () => {
    const refused = { name: "NatsError", errorCode: 1002, reason: "protocol" };
    assert.throws(() => scanAll([encoder.encode(text)]), refused);
    assert.throws(
      () => scanAll([...encoder.encode(text)].map((byte) => Uint8Array.of(byte))),
      refused,
    );
  });
}

Deno.test("a line without end is refused at its cap, in one piece or in many", () => {
  for (const begin of ["MSG ", "-ERR ", "INFO "]) {
    const cap = begin === "INFO " ? 1024 * 1024 : 64 * 1024;
    const line = encoder.encode(begin + "x".repeat(cap));
    assert.throws(() => scanAll([line]), { reason: "protocol" }, begin);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < line.length; at += 4096) pieces.push(line.subarray(at, at + 4096));
    assert.throws(() => scanAll(pieces), { reason: "protocol" }, begin);
  }
});

Deno.test("how many bytes a message needs is known from its line", () => {
  const scanner = new Scanner({
    onMessage() {},
    onInfo() {},
    onPing() {},
    onPong() {},
    onError() {},
  });
  const bytes = encoder.encode("PING\r\nMSG a 1 1000\r\nxx");
  assert.equal(scanner.scan(bytes, 0, bytes.length), 6);
  assert.equal(scanner.needed, "MSG a 1 1000\r\n".length + 1002);
});

Deno.test("whatever the bytes are and however they come, the same frames are read", async () => {
  const seed = Date.now() & 0x7fffffff;
  for (let number = 0; number < 2000; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
