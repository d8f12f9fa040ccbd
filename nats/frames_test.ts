import assert from "node:assert/strict";
import { Random } from "../internal/fuzz_for_tests.ts";
import { frameHeads, NumberedSubject, putNumber, writeFrame, writeTextFrame } from "./frames.ts";
import { Output, recycle } from "./output.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

function written(output: Output): string {
  let text = "";
  for (let piece = output.take(); piece !== null; piece = output.take()) {
    text += decoder.decode(piece);
  }
  return text;
}

Deno.test("a message is one frame: PUB, or HPUB with headers, with the reply between", () => {
  const heads = frameHeads("a.b");
  const frame = (reply: string, headers: string, data: string) => {
    const output = new Output();
    const parts = [reply, headers, data].map((text) => encoder.encode(text));
    writeFrame(output, heads, parts[0]!, parts[1]!, parts[2]!);
    return written(output);
  };
  assert.equal(frame("", "", ""), "PUB a.b 0\r\n\r\n");
  assert.equal(frame("", "", "hello"), "PUB a.b 5\r\nhello\r\n");
  assert.equal(frame("_INBOX.1", "", "hi"), "PUB a.b _INBOX.1 2\r\nhi\r\n");
  const headers = "NATS/1.0\r\nA: b\r\n\r\n";
  assert.equal(frame("", headers, "hi"), `HPUB a.b 18 20\r\n${headers}hi\r\n`);
  assert.equal(frame("r", headers, ""), `HPUB a.b r 18 18\r\n${headers}\r\n`);
});

Deno.test("text is encoded in place, also where it takes more bytes than characters", () => {
  const heads = frameHeads("s");
  const texts = [
    "",
    "a",
    "123456789",
    "1234567890",
    "é",
    "ééééé",
    "x".repeat(99) + "é",
    "😀",
    "\ud800",
  ];
  texts.push("é".repeat(60), "x".repeat(3000), "é".repeat(5000));
  const output = new Output();
  let expected = "";
  for (const text of texts) {
    const bytes = encoder.encode(text);
    assert.equal(writeTextFrame(output, heads, text, 1 << 20), bytes.length);
    expected += `PUB s ${bytes.length}\r\n${decoder.decode(bytes)}\r\n`;
  }
  assert.equal(written(output), expected);
});

Deno.test("text over the limit appends nothing", () => {
  const output = new Output();
  assert.equal(writeTextFrame(output, frameHeads("s"), "é".repeat(51), 100), -1);
  assert.equal(output.pending, 0);
  assert.equal(writeTextFrame(output, frameHeads("s"), "é".repeat(50), 100), 100);
});

Deno.test("numbers are written in decimal", () => {
  const buffer = new Uint8Array(12);
  for (const value of [0, 9, 10, 99, 100, 65535, 1048576, 999999999, 4294967295]) {
    assert.equal(decoder.decode(buffer.subarray(0, putNumber(buffer, 0, value))), String(value));
  }
});

Deno.test("output keeps the order of what is appended, whatever the sizes are", () => {
  const seed = Date.now() & 0x7fffffff;
  const random = new Random(seed);
  for (let round = 0; round < 50; round++) {
    const output = new Output();
    let expected = "";
    let got = "";
    let frames = 0;
    for (let i = 0; i < 40; i++) {
      const text = String.fromCharCode(97 + i % 26).repeat(random.below(round % 2 ? 30_000 : 50));
      if (random.once(2)) output.append(encoder.encode(text));
      else output.appendText(text);
      output.frames++;
      frames++;
      expected += text;
      if (random.once(8)) {
        got += written(output);
        frames = 0;
      }
      assert.equal(output.pending, expected.length - got.length);
    }
    if (random.once(2)) {
      assert.equal(output.clear(), frames, `seed ${seed}`);
      assert.equal(output.pending, 0);
    } else assert.equal(got + written(output), expected, `seed ${seed}`);
  }
});

Deno.test("a message without bytes that wait takes no room", () => {
  const output = new Output();
  output.append(NOTHING);
  assert.equal(output.take(), null);
});

Deno.test("numbered subjects end in their number, which is found again", () => {
  const subjects = new NumberedSubject("_INBOX.x.");
  for (const number of [0, 7, 9, 10, 1024, 999, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
    const subject = subjects.of(number);
    assert.equal(decoder.decode(subject), `_INBOX.x.${number}`);
    const around = encoder.encode(`MSG ${decoder.decode(subject)} 1 0`);
    assert.equal(subjects.numberIn(around, 4, 4 + subject.length), number);
  }
});

Deno.test("a buffer is used again once it is written, and is as large as what was said last", () => {
  const output = new Output();
  const say = (length: number): Uint8Array[] => {
    for (let i = 0; i < length; i += 100) output.append(new Uint8Array(100));
    const pieces: Uint8Array[] = [];
    for (let piece = output.take(); piece !== null; piece = output.take()) pieces.push(piece);
    return pieces;
  };
  say(10_000).forEach(recycle);
  const again = say(10_000);
  assert.equal(again.length, 1);
  assert.equal(again[0]!.buffer.byteLength, 32 * 1024);
  recycle(again[0]!);
  assert.equal(say(1000)[0]!.buffer, again[0]!.buffer);
  assert.equal(say(1000)[0]!.buffer.byteLength, 4 * 1024);
});
