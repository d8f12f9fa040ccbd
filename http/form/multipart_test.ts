import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import {
  type EncodedMultipart,
  encodeMultipart,
  file,
  type MultipartInput,
  type MultipartOptions,
} from "./mod.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function all(body: EncodedMultipart): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = body.bytes === null ? await Array.fromAsync(body.stream!) : [body.bytes];
  return new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer());
}

/** The body as text, with the boundary `B`. */
async function encoded(
  input: FormData | MultipartInput,
  options: MultipartOptions = {},
): Promise<string> {
  const body = encodeMultipart(input, { boundary: "B", ...options });
  const bytes = await all(body);
  if (body.length !== null) assert.equal(bytes.length, body.length);
  return new TextDecoder().decode(bytes);
}

/** What an independent parser finds in it. */
async function parsed(body: EncodedMultipart): Promise<FormData> {
  const headers = { "Content-Type": body.contentType };
  return await new Response(await all(body), { headers }).formData();
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(bytesOf(text));
}

function formData(...entries: [name: string, value: string | File | Blob][]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value);
  }
  return form;
}

const PLAIN = 'Content-Disposition: form-data; name="a"';
const CASES: [name: string, input: FormData | MultipartInput, expected: string[]][] = [
  ["text", { a: "x" }, [`${PLAIN}\r\n\r\nx`]],
  [
    "numbers and booleans",
    { a: [1.5, false, 10n] },
    ["1.5", "false", "10"].map((text) => `${PLAIN}\r\n\r\n${text}`),
  ],
  ["null is empty, undefined is left out", { a: null, b: undefined, c: [undefined] }, [
    `${PLAIN}\r\n\r\n`,
  ]],
  ["text of a record keeps its line ends", { a: "1\n2\r3" }, [`${PLAIN}\r\n\r\n1\n2\r3`]],
  ["text of a FormData gets CRLF, names too", formData(["a\nb", "1\n2\r3\r\n4"]), [
    'Content-Disposition: form-data; name="a%0D%0Ab"\r\n\r\n1\r\n2\r\n3\r\n4',
  ]],
  ["names are escaped as on the web", { 'a"b\r\nc\\d%ä': "x" }, [
    'Content-Disposition: form-data; name="a%22b%0D%0Ac\\d%ä"\r\n\r\nx',
  ]],
  ["bytes", { a: bytesOf("x") }, [`${PLAIN}\r\nContent-Type: application/octet-stream\r\n\r\nx`]],
  ["a blob", { a: new Blob(["x"], { type: "text/css" }) }, [
    `${PLAIN}; filename="blob"\r\nContent-Type: text/css\r\n\r\nx`,
  ]],
  ["a File keeps its name", { a: new File(["x"], 'ü".txt', { type: "text/plain" }) }, [
    `${PLAIN}; filename="ü%22.txt"\r\nContent-Type: text/plain\r\n\r\nx`,
  ]],
  ["a file in a FormData", formData(["a", new File(["1\n2"], "f\n")]), [
    `${PLAIN}; filename="f%0A"\r\nContent-Type: application/octet-stream\r\n\r\n1\n2`,
  ]],
  ["1571 several files in one field", { a: [file("1", "1.txt", "text/plain"), file("2", "2")] }, [
    `${PLAIN}; filename="1.txt"\r\nContent-Type: text/plain\r\n\r\n1`,
    `${PLAIN}; filename="2"\r\nContent-Type: application/octet-stream\r\n\r\n2`,
  ]],
  ["a file without a name or type", { a: file(bytesOf("x")) }, [
    `${PLAIN}; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\nx`,
  ]],
  ["a part that says it all", {
    a: {
      data: "{}",
      contentType: "application/json",
      headers: { "Content-Id": "<1>", "X-Y": "ü" },
    },
  }, [`${PLAIN}\r\nContent-Type: application/json\r\nContent-Id: <1>\r\nX-Y: ü\r\n\r\n{}`]],
  ["its own disposition and type", {
    a: { data: bytesOf("x"), headers: { "content-disposition": "other", "CONTENT-TYPE": "a/b" } },
  }, ["content-disposition: other\r\nCONTENT-TYPE: a/b\r\n\r\nx"]],
  ["1784 nameless parts", [{ data: "x" }, { data: "y", filename: "f" }], [
    "Content-Disposition: form-data\r\n\r\nx",
    'Content-Disposition: form-data; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\ny',
  ]],
  ["a list of parts with names", [{ name: "a", data: "x" }, { name: "a", data: "y" }], [
    `${PLAIN}\r\n\r\nx`,
    `${PLAIN}\r\n\r\ny`,
  ]],
  ["streams", { a: file(pieces("x", "", "y"), "f", "a/b") }, [
    `${PLAIN}; filename="f"\r\nContent-Type: a/b\r\n\r\nxy`,
  ]],
  ["a stream of known size", { a: { data: pieces("x", "y"), size: 2, contentType: "a/b" } }, [
    `${PLAIN}\r\nContent-Type: a/b\r\n\r\nxy`,
  ]],
  ["an empty part", { a: new Uint8Array(0) }, [
    `${PLAIN}\r\nContent-Type: application/octet-stream\r\n\r\n`,
  ]],
];

for (const [name, input, parts] of CASES) {
  Deno.test(`encodeMultipart: ${name}`, async () => {
    const expected = `${parts.map((part) => `--B\r\n${part}\r\n`).join("")}--B--\r\n`;
    assert.equal(await encoded(input), expected);
  });
}

Deno.test("encodeMultipart: a form without parts is its last delimiter", async () => {
  assert.equal(await encoded({}), "--B--\r\n");
  assert.deepEqual([...await parsed(encodeMultipart({}))], []);
});

Deno.test("encodeMultipart: other subtypes have a disposition only where there is a name (3888)", async () => {
  const input = [
    { data: "a", contentType: "text/plain" },
    { data: "b", filename: "f", contentType: "text/plain" },
    { data: "c", name: "n" },
  ];
  assert.equal(
    await encoded(input, { subtype: "mixed" }),
    "--B\r\nContent-Type: text/plain\r\n\r\na\r\n" +
      '--B\r\nContent-Disposition: attachment; filename="f"\r\nContent-Type: text/plain\r\n\r\nb\r\n' +
      '--B\r\nContent-Disposition: inline; name="n"\r\n\r\nc\r\n--B--\r\n',
  );
  const { contentType } = encodeMultipart(input, { subtype: "mixed", boundary: "B" });
  assert.equal(contentType, "multipart/mixed; boundary=B");
});

Deno.test("encodeMultipart: what is small is bytes, what is big, a blob or a stream is a stream", () => {
  const kind = (input: MultipartInput) => {
    const { bytes, stream, length, repeatable } = encodeMultipart(input);
    assert.equal(bytes === null, stream !== null);
    return { streamed: stream !== null, length: length !== null, repeatable };
  };
  assert.deepEqual(kind({ a: "x" }), { streamed: false, length: true, repeatable: true });
  const big = new Uint8Array(1 << 20);
  assert.deepEqual(kind({ a: big }), { streamed: true, length: true, repeatable: true });
  const blob = new Blob(["x"]);
  assert.deepEqual(kind({ a: blob }), { streamed: true, length: true, repeatable: true });
  const open = file(pieces("x"));
  assert.deepEqual(kind({ a: open }), { streamed: true, length: false, repeatable: false });
  const sized = { data: pieces("x"), size: 1 };
  assert.deepEqual(kind({ a: sized }), { streamed: true, length: true, repeatable: false });
});

Deno.test("encodeMultipart: a stream without streams in it can be read again", async () => {
  const body = encodeMultipart({ a: new Blob(["x".repeat(1000)]) });
  assert.deepEqual(await all(body), await all(body));
});

Deno.test("encodeMultipart: boundaries are random and not in a part that is in memory", () => {
  const boundary = () => encodeMultipart({ a: "x" }).contentType;
  assert.match(boundary(), /^multipart\/form-data; boundary=----downpour[0-9a-f]{32}$/);
  assert.notEqual(boundary(), boundary());
  assert.throws(
    () => encodeMultipart({ a: "x", b: "- -- --\r\n--mine" }, { boundary: "mine" }),
    { code: "request_invalid", message: "boundary mine occurs in a part" },
  );
  encodeMultipart({ a: "--min-mine" }, { boundary: "mine" });
});

const refused = (input: unknown, code: string, message: RegExp, options: MultipartOptions = {}) => {
  assert.throws(() => encodeMultipart(input as MultipartInput, options), (error: unknown) => {
    assert(error instanceof HttpError || error instanceof OptionError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
};

const REFUSED: [name: string, input: unknown, message: RegExp][] = [
  ["a nested object", { a: { b: 1 } }, /^multipart field "a" is an object without data: give text/],
  ["an array in an array", { a: [["x"]] }, /^multipart field "a" is an object without data/],
  ["a function", { a: () => 1 }, /^multipart field "a" is a function/],
  ["text alone", "a=1", /^multipart is string: give a record of parts$/],
  ["null", null, /^multipart is null/],
  ["a list of texts", ["a"], /^a part is a string/],
  [
    "a mistyped field",
    { a: { data: "x", fileName: "f" } },
    /unknown fileName \(did you mean filename\?\)/,
  ],
  ["data that can't be sent", { a: { data: 5 } }, /^data of part "a" is number: give text/],
  [
    "a file name that isn't text",
    { a: { data: "x", filename: 5 } },
    /^filename of part "a" is number/,
  ],
  ["a size that isn't one", { a: { data: pieces(), size: -1 } }, /^size of part "a" is -1/],
  [
    "a size that data contradicts",
    { a: { data: "xy", size: 3 } },
    /is 3, and its data has 2 bytes$/,
  ],
  [
    "25 CRLF in a type",
    { a: file("x", "f", "a/b\r\nX: y") },
    /^Content-Type of part "a" can't be sent/,
  ],
  [
    "25 CRLF in a header",
    { a: { data: "x", headers: { X: "a\r\nb" } } },
    /^X of part "a" can't be sent/,
  ],
  [
    "25 CRLF in a header's name",
    { a: { data: "x", headers: { "X\r\nY": "" } } },
    /is not a token$/,
  ],
  [
    "two types",
    { a: { data: "x", contentType: "a/b", headers: { "Content-type": "c/d" } } },
    /choose one/,
  ],
];

for (const [name, input, message] of REFUSED) {
  Deno.test(`encodeMultipart refuses ${name}`, () => refused(input, "request_invalid", message));
}

Deno.test("encodeMultipart refuses boundaries and subtypes that can't be sent", () => {
  for (const boundary of ["", "a b", "a\r\nb", 'a"', "x".repeat(71)]) {
    refused({}, "option_invalid", /^boundary is /, { boundary });
  }
  refused({}, "option_invalid", /^subtype is "mixed; x": give one/, { subtype: "mixed; x" });
});

Deno.test("encodeMultipart: a stream that was sent, or is being read, is refused", async () => {
  const body = encodeMultipart({ a: file(pieces("x")) });
  await all(body);
  await assert.rejects(() => all(body), { code: "request_invalid", message: /was sent already$/ });
  const stream = new Blob(["x"]).stream();
  const reader = stream.getReader();
  refused({ a: file(stream) }, "request_invalid", /is a stream that is being read/);
  await reader.cancel();
});

Deno.test("encodeMultipart: a stream that isn't as long as its size fails", async () => {
  const failing = (data: AsyncIterable<Uint8Array>, size: number) =>
    all(encodeMultipart({ a: { data, size } }));
  await assert.rejects(() => failing(pieces("xy"), 3), {
    code: "request_body_failed",
    message: 'data of part "a" ended after 2 bytes: its size is 3',
  });
  await assert.rejects(() => failing(pieces("xy", "z"), 2), {
    code: "request_body_failed",
    message: 'data of part "a" is longer than its size, 2 bytes',
  });
  const texts = pieces("x") as unknown;
  await all(encodeMultipart({ a: { data: texts as AsyncIterable<Uint8Array>, size: 1 } }));
  const wrong = ReadableStream.from(["text"]) as unknown as ReadableStream<Uint8Array>;
  await assert.rejects(() => all(encodeMultipart({ a: file(wrong) })), {
    code: "request_body_failed",
    message: 'data of part "a" gave a string: give bytes',
  });
});

Deno.test("encodeMultipart: ending the body early cancels all of its streams", async () => {
  for (const chunksRead of [0, 1, 3, 4]) {
    const cancelled: string[] = [];
    const stream = (name: string) =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(bytesOf("x")),
        cancel: () => void cancelled.push(name),
      });
    const body = encodeMultipart({ a: file(stream("a")), b: file(stream("b")) });
    const iterator = body.stream![Symbol.asyncIterator]();
    for (let i = 0; i < chunksRead; i++) await iterator.next();
    await iterator.return!();
    assert.deepEqual(cancelled.sort(), ["a", "b"], `after ${chunksRead} chunks`);
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  }
});
