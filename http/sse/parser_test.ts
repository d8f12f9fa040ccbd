import assert from "node:assert/strict";
import { bytesOf, parse } from "./_events_for_tests.ts";
import { EventStreamParser, type ServerSentEvent } from "./parser.ts";

type Row = [name: string, stream: string, events: [type: string, data: string, id?: string][]];

/** The first five follow the examples of the standard, section 9.2. */
const TABLE: Row[] = [
  ["data over several lines", "data: YHOO\ndata: +2\ndata: 10\n\n", [["message", "YHOO\n+2\n10"]]],
  [
    "four blocks: a comment, an id, an empty id that resets it, and a leading space kept",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
    [["message", "first event", "1"], ["message", "second event"], ["message", " third event"]],
  ],
  ["empty data, and a block without its end", "data\n\ndata\ndata\n\ndata:", [
    ["message", ""],
    ["message", "\n"],
  ]],
  ["one space after the colon or none", "data:test\n\ndata: test\n\n", [
    ["message", "test"],
    ["message", "test"],
  ]],
  ["types", "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\ndata: x\n\n", [
    ["add", "73857293"],
    ["remove", "2153"],
    ["message", "x"],
  ]],
  ["nothing without data", "event: add\n\nid: 7\n\nretry: 5\n\n: x\n\n\n\n", []],
  ["a type without data is forgotten", "event: add\n\ndata: x\n\n", [["message", "x"]]],
  ["an id without data is remembered", "id: 7\n\ndata: x\n\n", [["message", "x", "7"]]],
  ["an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", [
    ["message", "a", "1"],
    ["message", "b", "1"],
  ]],
  ["the last type and id count", "event: a\nevent: b\nid: 1\nid: 2\ndata: x\n\n", [[
    "b",
    "x",
    "2",
  ]]],
  ["an empty type is message", "event: a\nevent:\ndata: x\n\n", [["message", "x"]]],
  ["CR alone", "data: a\rdata: b\r\rdata: c\r\r", [["message", "a\nb"], ["message", "c"]]],
  ["CRLF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [["message", "a\nb"], ["message", "c"]]],
  ["ends of lines mixed", "data: a\n\r\ndata: b\r\n\rdata: c\r\n\n", [
    ["message", "a"],
    ["message", "b"],
    ["message", "c"],
  ]],
  ["one BOM at the start", "\ufeffdata: a\n\n\ufeffdata: b\n\n", [["message", "a"]]],
  ["a BOM inside is text", "data: \ufeffa\n\n", [["message", "\ufeffa"]]],
  ["names are told apart by case, spaces count", "Data: a\n data: b\ndata : c\ndatax: d\n\n", []],
  ["colons in values", "data:a:b\ndata: :\n\n", [["message", "a:b\n:"]]],
  ["text that is not ASCII", "event: größe\ndata: 🎈日本\nid: ü\n\n", [["größe", "🎈日本", "ü"]]],
];

for (const [name, text, expected] of TABLE) {
  Deno.test(`parsed in one piece and cut anywhere: ${name}`, () => {
    const bytes = bytesOf(text);
    const events = expected.map(([type, data, lastEventId = ""]) => ({ type, data, lastEventId }));
    assert.deepEqual(parse(bytes), events);
    for (let at = 0; at <= bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), new Uint8Array(0), bytes.subarray(at)];
      assert.deepEqual(parse(...pieces), events, `cut at ${at}`);
    }
    const bytewise = Array.from(bytes, (byte) => Uint8Array.of(byte));
    assert.deepEqual(parse(...bytewise), events, "byte by byte");
  });
}

Deno.test("bytes that are no UTF-8 become replacement characters", () => {
  const bytes = Uint8Array.of(...bytesOf("data: a"), 0xff, 0xe2, 0x82, 0x0a, 0x0a);
  for (let at = 0; at <= bytes.length; at++) {
    assert.equal(parse(bytes.subarray(0, at), bytes.subarray(at))[0]?.data, "a\ufffd\ufffd");
  }
});

Deno.test("retry is taken when it is digits alone, at once, within what a timer can wait", () => {
  const cases: [value: string, ms: number | null][] = [
    [": 1000", 1000],
    [":007", 7],
    [": 0", 0],
    [": 99999999999999999999", 2 ** 31 - 1],
    [":", null],
    ["", null],
    [": 1.5", null],
    [": -1", null],
    [": 1e3", null],
    [":  5", null],
    [": 5 ", null],
    [": ٣", null],
    [": 0x10", null],
  ];
  for (const [value, ms] of cases) {
    const parser = new EventStreamParser();
    parser.push(bytesOf(`retry${value}\n`), () => assert.fail("no event"));
    assert.equal(parser.retryMs, ms, value);
  }
});

Deno.test("the last id counts from the end of its block, and outlives the connection", () => {
  const parser = new EventStreamParser("0");
  const ids: string[] = [];
  const push = (text: string) => parser.push(bytesOf(text), (event) => ids.push(event.lastEventId));
  push("data: x\n\nid: 1\ndata: x\n");
  assert.equal(parser.lastEventId, "0");
  parser.end();
  push("\ndata: x\n\nid: 2\n\n");
  assert.equal(parser.lastEventId, "2");
  parser.end();
  push("\ufeffdata: x\n\n");
  assert.deepEqual(ids, ["0", "0", "2"]);
});

Deno.test("a new connection does not go on with the last one's line", () => {
  const parser = new EventStreamParser();
  const found: string[] = [];
  parser.push(bytesOf("data: a\ndata: b\r"), ({ data }) => found.push(data));
  parser.end();
  parser.push(bytesOf("\ndata: c\n\n"), ({ data }) => found.push(data));
  assert.deepEqual(found, ["c"]);
});

Deno.test("a line has at most 1 MiB, in however many pieces it comes", () => {
  const most = 2 ** 20;
  const tooLarge = {
    name: "HttpError",
    code: "response_too_large",
    message: "line of an event stream is over 1048576 bytes",
  };
  for (const piece of [1000, 65_536, 2 ** 21]) {
    const fits = new Uint8Array(most).fill(0x61);
    const over = new Uint8Array(most + 1).fill(0x61);
    assert.deepEqual(parse(...cut(fits, piece), "\n"), []);
    assert.throws(() => parse(...cut(over, piece), "\n"), tooLarge);
    assert.throws(() => parse(...cut(over, piece)), tooLarge, "before its end");
  }
});

Deno.test("the data of an event has at most 4 MiB", () => {
  const line = `data:${"x".repeat(2 ** 20 - 6)}\n`;
  assert.equal(parse(...Array(4).fill(line), "\n")[0]?.data.length, 4 * (2 ** 20 - 5) - 1);
  assert.throws(() => parse(...Array(5).fill(line)), {
    code: "response_too_large",
    message: "event's data of an event stream is over 4194304 bytes",
  });
  // Empty lines count by their line feeds: 20 bytes are left.
  parse(...Array(4).fill(line), "data\n".repeat(20));
  assert.throws(() => parse(...Array(4).fill(line), "data\n".repeat(21)), {
    code: "response_too_large",
  });
});

Deno.test("random streams, cut at random, give what a plain reading of the standard gives", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  const parts = [
    ...["data", "event", "id", "retry", "x", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "\0"],
    ...["\ufeff", "1", "23", "é", "🎈", "text"],
  ];
  for (let run = 0; run < 2000; run++) {
    const text = Array.from({ length: below(40) }, () => parts[below(parts.length)]).join("");
    const bytes = bytesOf(text);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = Math.min(bytes.length, at + 1 + below(6));
      pieces.push(bytes.subarray(at, next));
      at = next;
    }
    const where = `seed ${seed} run ${run}: ${JSON.stringify(text)}`;
    assert.deepEqual(parse(...pieces), reference(bytes), where);
  }
});

Deno.test("random bytes never break it", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  for (let run = 0; run < 2000; run++) {
    const bytes = Uint8Array.from({ length: below(100) }, () => below(256));
    assert.deepEqual(parse(bytes), reference(bytes), `seed ${seed} run ${run}`);
  }
});

/** The standard's algorithm, on the whole text. */
function reference(bytes: Uint8Array): ServerSentEvent[] {
  const found: ServerSentEvent[] = [];
  let [type, id, data] = ["", "", ""];
  for (const line of new TextDecoder().decode(bytes).split(/\r\n|\n|\r/).slice(0, -1)) {
    const [, name, value = ""] = /^([^:]*)(?:: ?([^]*))?$/.exec(line)!;
    if (line === "") {
      if (data !== "") {
        found.push({ type: type || "message", data: data.slice(0, -1), lastEventId: id });
      }
      [type, data] = ["", ""];
    } else if (name === "data") data += `${value}\n`;
    else if (name === "event") type = value;
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return found;
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** Whole numbers below `n`, the same for the same seed (xorshift32). */
function chance(seed: number): (n: number) => number {
  let state = seed || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}
