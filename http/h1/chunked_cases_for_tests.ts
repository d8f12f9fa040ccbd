import { MALFORMED } from "./head_cases_for_tests.ts";

/**
 * Chunked bodies, and what is read: the content, with its trailers behind ` + `, ` | rest` when more
 * follows and ` …` when the end is missing, or an error's code. The numbers are those of the fault list.
 */
export const CHUNKED_CASES: readonly (readonly [name: string, text: string, expected: string])[] = [
  ["two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"],
  [
    "upper and lower case sizes, leading zeros",
    "00A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
    "01234567890123456789",
  ],
  ["empty body", "0\r\n\r\n", ""],
  ["trailers", "1\r\na\r\n0\r\nX: 1\r\nY: 2\r\n\r\n", "a + X: 1\r\nY: 2\r\n"],
  ["extension", "1;a=b;c\r\nx\r\n0;z\r\n\r\n", "x"],
  ["quoted extension with CRLF-like text", '1;a="b\\"c;d"\r\nx\r\n0\r\n\r\n', "x"],
  ["bytes behind the body", "1\r\na\r\n0\r\n\r\nHTTP/1.1", "a | rest"],
  ["06 17 digits", "00000000000000001\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 over 2^53", "fffffffffffffff\r\n", MALFORMED],
  ["06 sign", "+1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 minus", "-1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 space before", " 1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 space behind", "1 \r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 hex prefix", "0x1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 no size", "\r\na\r\n0\r\n\r\n", MALFORMED],
  ["07 long extensions", `1;${"a".repeat(17_000)}\r\nx\r\n0\r\n\r\n`, "response_too_large"],
  [
    "07 long extensions in pieces",
    `${`1;${"a".repeat(9000)}\r\nx\r\n`.repeat(2)}0\r\n\r\n`,
    "response_too_large",
  ],
  ["07 no semicolon", "1a=b\r\nx\r\n0\r\n\r\n", MALFORMED],
  ["07 open quote", '1;a="b\r\nx\r\n0\r\n\r\n', MALFORMED],
  ["08 no CRLF behind a chunk", "1\r\na0\r\n\r\n", MALFORMED],
  ["08 LF alone behind a chunk", "1\r\na\n0\r\n\r\n", MALFORMED],
  ["08 CR alone behind a chunk", "1\r\na\r0\r\n\r\n", MALFORMED],
  ["13 LF alone behind a size", "1\na\r\n0\r\n\r\n", MALFORMED],
  ["12 bad trailer", "0\r\nX : 1\r\n\r\n", MALFORMED],
  ["09 cut in a chunk", "5\r\nhel", "hel …"],
  ["09 cut before the last chunk", "1\r\na\r\n", "a …"],
  ["09 cut in the trailers", "0\r\nX: 1\r\n", " …"],
];
