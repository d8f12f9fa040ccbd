import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { DownpourError } from "../../internal/mod.ts";
import { scriptedSocket } from "../_sockets_for_tests.ts";
import type { Strictness } from "./fields.ts";
import { Connection } from "./connection.ts";
import type { Outgoing } from "./outgoing.ts";
import { readFields } from "./read_fields.ts";
import { isFieldValue, isToken } from "./syntax.ts";

const LINES = [
  ...["Content-Length: 5", "Content-Length: 0", "content-length: 05, 5", "Content-Length: -1"],
  ...["Content-Length: 12345678901234567890", "Transfer-Encoding: chunked"],
  ...["Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip", "Connection: close"],
  ...["Connection: keep-alive, x", "Set-Cookie: a=b", "X:", "X: a\r\n b", " X: a", "X : a", ": a"],
  ...["X\u00e9: \u00e9", "X: \0", "X: a\rb", "X: a\nY: b", "", "Trailer: X"],
];
const STATUS = [
  ...["HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 204", "HTTP/1.1 304 ", "HTTP/1.1 100 Go"],
  ...["HTTP/1.1 101 No", "HTTP/1.1 999 \u00e9", "HTTP/2 200", "http/1.1 200 OK", "HTTP/1.1 20 OK"],
];
const BODIES = [
  ...["hello", "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n", "0\r\n\r\n", ""],
  ...[
    "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    "FFFFFFFFFFFFFFFFF\r\nx",
    "5\r\nhelloX\r\n",
    "x".repeat(1500),
  ],
];

const CUT_OFF = ["response_incomplete", "response_malformed"];

/** Something like a response, or several behind each other. */
function response(random: Random): Uint8Array {
  let text = "";
  for (let heads = 1 + random.below(2); heads > 0; heads--) {
    const end = random.once(20) ? "\n" : "\r\n";
    const head = [random.pick(STATUS), ...random.list(5, () => random.pick(LINES))];
    text += head.join(end) + end + end + random.pick(BODIES);
  }
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return random.once(2) ? bytes : random.mutate(bytes);
}

/** What one exchange makes of it, as text. */
async function exchange(
  pieces: readonly Uint8Array[],
  strictness: Strictness,
  mode: "keep" | "discard" | "stream",
  headOnly: boolean,
): Promise<string> {
  const scripted = scriptedSocket(pieces);
  const request: Outgoing = { bytes: Uint8Array.of(1), rest: null, headOnly, upgrades: false };
  let closed = 0;
  const options = { maxBodyBytes: 1000, strictness, letsProcessEnd: false };
  const connection = new Connection(scripted.socket, "http://x", options, {
    forget: () => closed++,
  });
  let result: string;
  try {
    await connection.exchange(request, mode, performance.now(), 60_000);
    const content = [...connection.body];
    if (connection.streaming) {
      for (let chunk = await connection.chunk(); chunk !== null;) {
        for (const byte of chunk) content.push(byte);
        chunk = await connection.chunk();
      }
    }
    const fields = readFields(connection.head, true);
    const trailers = connection.trailers.length > 0 ? readFields(connection.trailers, false) : [];
    for (const [name, value] of [...fields, ...trailers]) {
      assert.ok(isToken(name), `field name ${JSON.stringify(name)}`);
      assert.ok(isFieldValue(value.replaceAll(/\r?\n[ \t]/g, " ")), JSON.stringify(value));
    }
    assert.ok(connection.status >= 200 && connection.status <= 999);
    const { status, protocol, setsCookie } = connection;
    result = JSON.stringify({ status, protocol, setsCookie, fields, trailers, content });
  } catch (error) {
    if (!(error instanceof DownpourError)) throw error;
    result = error.code;
    assert.equal(connection.usable, false, "a failed connection is closed");
  }
  connection.close();
  assert.equal(closed, 1, "closing is told once");
  assert.ok(scripted.closed);
  return result;
}

/** Responses to one HTTP/1.1 request: the same whole, in pieces, and cut anywhere; or a typed error. */
export const target: FuzzTarget = fuzzTarget({
  name: "h1-response",
  async run(random: Random): Promise<void> {
    const bytes = response(random);
    const strictness = random.pick(["all", "standard", "lenient"] as const);
    const mode = random.pick(["keep", "discard", "stream"] as const);
    const headOnly = random.once(10);
    const whole = await exchange([bytes], strictness, mode, headOnly);
    for (let i = 0; i < 3; i++) {
      const cut = await exchange(random.pieces(bytes), strictness, mode, headOnly);
      // What is wrong with a line is seen at once, or when its end would have come.
      if (CUT_OFF.includes(cut) && CUT_OFF.includes(whole)) continue;
      assert.equal(cut, whole, `${strictness} ${mode}: ${JSON.stringify(latin1(bytes))}`);
    }
  },
});

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
