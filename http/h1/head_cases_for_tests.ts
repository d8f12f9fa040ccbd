/** A line that begins a good response. */
export const OK = "HTTP/1.1 200 OK\r\n";
/** Code of the error for what isn't HTTP. */
export const MALFORMED = "response_malformed";

/**
 * What a server may say for a head, and what is read: `STATUS FRAMING LENGTH @END`, with `close` when
 * the connection isn't kept, `more` for less than a head, or an error's code. The numbers are those of
 * the fault list that the table follows.
 */
export const HEAD_CASES: readonly (readonly [name: string, text: string, expected: string])[] = [
  ["plain", `${OK}Content-Length: 5\r\n\r\nhello`, "200 length 5 @38"],
  ["no reason phrase", "HTTP/1.1 204\r\n\r\n", "204 close @16"],
  ["empty reason phrase", "HTTP/1.1 404 \r\n\r\n", "404 close @17"],
  ["obs-text in the reason", "HTTP/1.1 200 \xe9\r\n\r\n", "200 close @18"],
  ["HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "200 length 0 close @38"],
  [
    "HTTP/1.0 keep-alive",
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
    "200 length 0 @62",
  ],
  [
    "connection: close in a list",
    `${OK}Connection: x, Close\r\nContent-Length: 0\r\n\r\n`,
    "200 length 0 close @60",
  ],
  ["chunked", `${OK}Transfer-Encoding: chunked\r\n\r\n`, "200 chunked @47"],
  ["gzip, chunked", `${OK}Transfer-Encoding: gzip, CHUNKED\r\n\r\n`, "200 chunked @53"],
  ["01 folded value", `${OK}X: a\r\n b\r\nContent-Length: 1\r\n\r\n`, "200 length 1 @48"],
  ["01 fold before the first field", `${OK} X: a\r\n\r\n`, MALFORMED],
  ["02 differing lengths", `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, MALFORMED],
  ["02 differing lengths in one field", `${OK}Content-Length: 1, 2\r\n\r\n`, MALFORMED],
  [
    "02 equal lengths",
    `${OK}Content-Length: 7\r\ncontent-length: 7\r\n\r\n`,
    "200 length 7 @57",
  ],
  ["02 equal lengths in one field", `${OK}Content-Length: 7, 7\r\n\r\n`, "200 length 7 @41"],
  ...["+2", "-1", "0x20", "2s", "", "9007199254740993", "1 2", "1;2", "99999999999999999999"].map((
    length,
  ): [string, string, string] => [
    `03 length ${JSON.stringify(length)}`,
    `${OK}Content-Length: ${length}\r\n\r\n`,
    MALFORMED,
  ]),
  [
    "04 both framings",
    `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`,
    MALFORMED,
  ],
  [
    "04 both framings, the other way round",
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    MALFORMED,
  ],
  ["05 chunked not last", `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n`, "200 close @53"],
  ["05 chunked twice", `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n`, MALFORMED],
  ["05 no chunked at all", `${OK}Transfer-Encoding: gzip\r\n\r\n`, "200 close @44"],
  ["05 chunkedchunked", `${OK}Transfer-Encoding: chunkedchunked\r\n\r\n`, "200 close @54"],
  ["11 long line", `${OK}X: ${"a".repeat(70_000)}\r\n\r\n`, "response_too_large"],
  ["11 long line without end", `${OK}X: ${"a".repeat(70_000)}`, "response_too_large"],
  ["11 long status line", `HTTP/1.1 200 ${"a".repeat(70_000)}\r\n\r\n`, "response_too_large"],
  ["11 long head", `${OK}${`X: ${"a".repeat(60_000)}\r\n`.repeat(5)}\r\n`, "response_too_large"],
  ["11 many fields", `${OK}${"X: a\r\n".repeat(2001)}\r\n`, "response_too_large"],
  ["11 as many fields as may be", `${OK}${"X: a\r\n".repeat(2000)}\r\n`, "200 close @12019"],
  ["12 NUL in a value", `${OK}X: a\0b\r\n\r\n`, MALFORMED],
  ["12 control character in a value", `${OK}X: a\x01\r\n\r\n`, MALFORMED],
  ["12 bare CR in a value", `${OK}X: a\rb\r\n\r\n`, MALFORMED],
  ["12 bare CR as a line", `${OK}\rX: a\r\n\r\n`, MALFORMED],
  ["12 space before the colon", `${OK}X : a\r\n\r\n`, MALFORMED],
  ["12 no colon", `${OK}Xa\r\n\r\n`, MALFORMED],
  ["12 no name", `${OK}: a\r\n\r\n`, MALFORMED],
  ["12 name that is no token", `${OK}X(a): a\r\n\r\n`, MALFORMED],
  ["12 non-ASCII name", `${OK}\xe9: a\r\n\r\n`, MALFORMED],
  ["12 tab and obs-text in a value are fine", `${OK}X: a\t\xff\r\n\r\n`, "200 close @27"],
  ["13 bare LF", "HTTP/1.1 200 OK\nX: a\n\n", MALFORMED],
  ["13 bare LF behind a field", `${OK}X: a\nY: b\r\n\r\n`, MALFORMED],
  ["13 bare LF as the end", `${OK}X: a\r\n\n`, MALFORMED],
  ...["HTTP/2.0 200 OK", "HTTP/1.01 200 OK", "HTP/1.1 200 OK", "hello", "<html>", "http/1.1 200 OK"]
    .map((line): [string, string, string] => [`14 ${line}`, `${line}\r\n\r\n`, MALFORMED]),
  ...["2", "20", "2000", "-20", "0200", "099", "2x0", "", "200OK"].map((
    status,
  ): [string, string, string] => [
    `15 status ${JSON.stringify(status)}`,
    `HTTP/1.1 ${status} OK\r\n\r\n`,
    MALFORMED,
  ]),
  ["15 two spaces", "HTTP/1.1  200 OK\r\n\r\n", MALFORMED],
  [
    "16 interim responses are skipped",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
    "200 length 0 @100",
  ],
  [
    "16 interim framing is not the final one's",
    `HTTP/1.1 103 x\r\nContent-Length: 3\r\n\r\n${OK}\r\n`,
    "200 close @56",
  ],
  ["16 a hundred of them", "HTTP/1.1 100 C\r\n\r\n".repeat(100) + `${OK}\r\n`, "200 close @1819"],
  ["16 one more", "HTTP/1.1 100 C\r\n\r\n".repeat(101) + `${OK}\r\n`, MALFORMED],
  ["16 100 and then nothing", "HTTP/1.1 100 Continue\r\n\r\n", "more"],
  ["16 unasked 101", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "upgrade_unexpected"],
  ["cut status line", "HTTP/1.", "more"],
  ["cut head", `${OK}X: a\r\n`, "more"],
];

const TE_AND_CL = `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`;
/** The same for the other ways to read. */
export const HEAD_CASES_BY_STRICTNESS: readonly (
  readonly [name: string, text: string, all: string, lenient: string]
)[] = [
  [
    "01 folded value",
    `${OK}X: a\r\n b\r\nContent-Length: 1\r\n\r\n`,
    MALFORMED,
    "200 length 1 @48",
  ],
  ["04 both framings", TE_AND_CL, MALFORMED, "200 chunked close @66"],
  ["13 bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\nX: a\n b\n\n", MALFORMED, "200 length 1 @43"],
  ["13 bare LF without reason", "HTTP/1.1 204\n\n", MALFORMED, "204 close @14"],
  ["13 mixed", `${OK}Content-Length: 1\nX: a\r\n\n`, MALFORMED, "200 length 1 @42"],
  ["12 bare CR", `${OK}X: a\rb\r\n\r\n`, MALFORMED, MALFORMED],
];
