/** What a parser does with some packets, all in hexadecimal. */
export interface ParserCases {
  /** `[what it is, packet, response]`; an empty response is none. */
  readonly packets: readonly (readonly [name: string, packet: string, response: string])[];
  /** `[what it is, header, body size]` */
  readonly headers: readonly (readonly [name: string, header: string, size: number])[];
}

const ECHO: ParserCases = {
  packets: [
    ["nothing", "", ""],
    ["a byte", "00", "00"],
    ["some bytes", "00000002cafe", "00000002cafe"],
    ["more bytes than it began with", "ab".repeat(200_000), "ab".repeat(200_000)],
  ],
  headers: [],
};

const HEARTBEAT: ParserCases = {
  packets: [
    [
      "a ping",
      "0000000d 01 00000007 0000018bcfe56800",
      "0000000d 02 00000007 0000018bcfe56800",
    ],
    [
      "a ping with more behind it",
      "0000000f 01 ffffffff ffffffffffffffff beef",
      "0000000f 02 ffffffff ffffffffffffffff beef",
    ],
    ["a pong", "0000000d 02 00000007 0000018bcfe56800", ""],
    ["no kind that it knows", "0000000d 00 00000007 0000018bcfe56800", ""],
    ["nothing", "", ""],
    ["a header alone", "0000000d", ""],
    ["a byte too few", "0000000c 01 00000007 0000018bcfe568", ""],
    ["a length of less than there is", "0000000c 01 00000007 0000018bcfe56800", ""],
    ["a length of more than there is", "0000000e 01 00000007 0000018bcfe56800", ""],
    ["the longest length", "ffffffff 01 00000007 0000018bcfe56800", ""],
  ],
  headers: [
    ["a ping", "0000000d", 13],
    ["more", "00010000", 65_536],
    ["the most that it can say", "7fffffff", 0x7fffffff],
    ["no length", "00000000", -1],
    ["a byte too few", "0000000c", -1],
    ["the longest length", "ffffffff", -1],
    ["a short header", "00000d", -1],
    ["no header", "", -1],
  ],
};

const SEQUENCE: ParserCases = {
  packets: [
    ["the response to request 1", "00000008 00000001 00000001", "00000008 00000002 00000001"],
    ["one with a payload", "0000000a 000000ff 000000ff cafe", "00000008 00000100 000000ff"],
    ["the last number", "00000008 ffffffff ffffffff", "00000008 00000000 ffffffff"],
    ["a gap", "00000008 00000003 00000001", ""],
    ["one that came twice", "00000008 00000001 00000002", ""],
    ["a request", "00000008 00000002 00000001", ""],
    ["nothing", "", ""],
    ["a byte too few", "00000007 00000001 000001", ""],
    ["a length of less than there is", "00000007 00000001 00000001", ""],
    ["a length of more than there is", "00000009 00000001 00000001", ""],
  ],
  headers: [
    ["the smallest", "00000008", 8],
    ["a byte too few", "00000007", -1],
    ["the longest length", "ffffffff", -1],
    ["a long header", "0000000008", -1],
  ],
};

const QUESTION = "07 6578616d706c65 03 6f7267 00 0001 0001"; // example.org A
const MAIL = "07 6578616d706c65 03 6f7267 00 000f 0001"; // example.org MX
const ADDRESS = "c00c 0001 0001 0000003c 0004 c0000201";
/** 255 bytes, and one more: the longest name there may be is allowed. */
const LONGEST = `${`3f${"61".repeat(63)}`.repeat(3)}3d${"61".repeat(61)}00`;
const TOO_LONG = `${`3f${"61".repeat(63)}`.repeat(3)}3e${"61".repeat(62)}00`;

const DNS: ParserCases = {
  packets: [
    [
      "a query: an address",
      `1234 0100 0001 0000 0000 0000 ${QUESTION}`,
      `1234 8500 0001 0001 0000 0000 ${QUESTION} ${ADDRESS}`,
    ],
    [
      "a query over TCP",
      `001d 1234 0000 0001 0000 0000 0000 ${QUESTION}`,
      `002d 1234 8400 0001 0001 0000 0000 ${QUESTION} ${ADDRESS}`,
    ],
    [
      "a query for something else: no records",
      `1234 0100 0001 0000 0000 0000 ${MAIL}`,
      `1234 8500 0001 0000 0000 0000 ${MAIL}`,
    ],
    [
      "a response: the next query",
      `1234 8580 0001 0001 0000 0000 ${QUESTION} ${ADDRESS}`,
      `1235 0100 0001 0000 0000 0000 ${QUESTION}`,
    ],
    [
      "a response over TCP, the last ID",
      `002d ffff 8180 0001 0001 0000 0000 ${QUESTION} ${ADDRESS}`,
      `001d 0000 0100 0001 0000 0000 0000 ${QUESTION}`,
    ],
    [
      "a failure, with what EDNS adds: the next query without it",
      `0001 8182 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0000`,
      `0002 0100 0001 0000 0000 0000 ${QUESTION}`,
    ],
    [
      "the longest name",
      `0001 8000 0001 0000 0000 0000 ${LONGEST} 0001 0001`,
      `0002 0000 0001 0000 0000 0000 ${LONGEST} 0001 0001`,
    ],
    ["a name that is too long", `0001 8000 0001 0000 0000 0000 ${TOO_LONG} 0001 0001`, ""],
    ["a question whose name is a pointer", "0001 8000 0001 0000 0000 0000 c00c 0001 0001", ""],
    ["a label beyond the end", "0001 8000 0001 0000 0000 0000 3f 6161", ""],
    ["a name without an end", "0001 8000 0001 0000 0000 0000 01 61", ""],
    ["a question cut off", "0001 8000 0001 0000 0000 0000 01 61 00 0001 00", ""],
    ["no question", "0001 8000 0000 0000 0000 0000", ""],
    ["two questions", `0001 8000 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`, ""],
    ["an update (opcode 5)", `0001 2800 0001 0000 0000 0000 ${QUESTION}`, ""],
    ["TCP whose length lies", `001e 1234 0000 0001 0000 0000 0000 ${QUESTION}`, ""],
    ["a header cut off", "0001 8000 0001", ""],
    ["nothing", "", ""],
  ],
  headers: [
    ["a header of DNS, the smallest message", "000c", 12],
    ["the longest message", "ffff", 65_535],
    ["less than a header of DNS", "000b", -1],
    ["nothing", "0000", -1],
    ["half a header", "0c", -1],
  ],
};

/** By the name of the parser's file. */
export const PARSER_CASES: Readonly<Record<string, ParserCases>> = {
  dns: DNS,
  echo: ECHO,
  echo_as: ECHO,
  echo_rs: ECHO,
  echo_wat: ECHO,
  heartbeat: HEARTBEAT,
  sequence: SEQUENCE,
};

/** The bytes of hexadecimal text, spaces left out. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}
