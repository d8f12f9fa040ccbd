import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { encodeMultipart } from "./multipart.ts";
import { encodeForm } from "./urlencoded.ts";

/** Without quotes, semicolons and line ends: other parsers don't undo what browsers make of those in names. */
const NAMES = [
  "a",
  "b",
  "\\",
  "%22",
  "%",
  " ",
  "--",
  "\u00e9",
  "\u20ac",
  "\ud83d\ude00",
  "&",
];
const TEXTS = [...NAMES, '"', "\r\n", "\r", "\n", "\t", "+", "\0", "\r\n--", "x".repeat(300)];

/** As the Fetch standard sends text of a form: with CRLF at the end of each line. */
function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, "\r\n");
}

async function bytesOf(body: ReturnType<typeof encodeMultipart>): Promise<Uint8Array> {
  if (body.bytes !== null) return body.bytes;
  return await new Response(ReadableStream.from(body.stream!)).bytes();
}

/** Forms: another parser reads out of the body what was put in. */
export const target: FuzzTarget = fuzzTarget({
  name: "forms",
  async run(random: Random): Promise<void> {
    const data = new FormData();
    const expected: unknown[] = [];
    for (let parts = random.below(5); parts > 0; parts--) {
      const name = `n${random.text(4, NAMES)}`;
      const text = random.text(6, TEXTS);
      if (random.once(2)) {
        data.append(name, text);
        expected.push([name, lines(text)]);
      } else {
        const content = random.bytes(random.below(300));
        const type = random.pick(["", "text/plain", "image/svg+xml"]);
        data.append(name, new File([content as BlobPart], "f", { type }));
        expected.push([name, "f", type || "application/octet-stream", [...content]]);
      }
    }
    const body = encodeMultipart(data);
    const bytes = await bytesOf(body);
    if (body.length !== null) assert.equal(bytes.length, body.length);
    const headers = { "content-type": body.contentType };
    const seen: unknown[] = [];
    for (const [name, value] of await new Response(bytes.slice(), { headers }).formData()) {
      if (typeof value === "string") seen.push([name, value]);
      else seen.push([name, value.name, value.type, [...await value.bytes()]]);
    }
    assert.deepEqual(seen, expected);
    const pairs = random.list(5, () => [random.text(4, TEXTS), random.text(4, TEXTS)] as const);
    const form = Object.fromEntries(pairs);
    assert.deepEqual([...new URLSearchParams(encodeForm(form))], Object.entries(form));
  },
});
