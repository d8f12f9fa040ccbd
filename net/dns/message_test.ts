import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { encodeMessage, join, string, type TestRecord, u16, u32 } from "./_messages_for_tests.ts";
import { decodeHead, decodeReply, encodeQuery } from "./message.ts";

const isMalformed = (message?: RegExp) => isNetError("dns_failed", "lookup", message);

Deno.test("a query is written as RFC 1035 has it, with the size of datagrams if asked", () => {
  const question = [2, 0x61, 0x62, 1, 0x63, 0, 0, 28, 0, 1];
  assert.deepEqual(
    encodeQuery({ id: 0xabcd, name: "ab.c", type: "AAAA", edns: false }),
    Uint8Array.of(0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...question),
  );
  assert.deepEqual(
    encodeQuery({ id: 0xabcd, name: "ab.c.", type: "AAAA", edns: true }),
    join(
      [0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
      question,
      [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0],
    ),
  );
});

const RECORDS: readonly TestRecord[] = [
  { name: "a.test", type: "A", data: "192.0.2.1" },
  { name: "a.test", type: "AAAA", data: "2001:db8::1" },
  { name: "a.test", type: "AAAA", data: "::" },
  { name: "a.test", type: "AAAA", data: "::ffff:192.0.2.1" },
  { name: "a.test", type: "AAAA", data: "1:0:0:2::3" },
  { name: "a.test", type: "AAAA", data: "1:0:2:3:4:5:6:7" },
  { name: "www.a.test", type: "CNAME", data: "a.test" },
  { name: "a.test", type: "NS", data: "ns.a.test" },
  { name: "1.2.0.192.in-addr.arpa", type: "PTR", data: "a.test" },
  { name: "a.test", type: "MX", data: { preference: 10, exchange: "mail.a.test" } },
  { name: "a.test", type: "MX", data: { preference: 0, exchange: "." } },
  {
    name: "a.test",
    type: "SOA",
    data: {
      mname: "ns.a.test",
      rname: "host\\.master.a.test",
      serial: 4294967295,
      refresh: 1,
      retry: 2,
      expire: 3,
      minimum: 4,
    },
  },
  {
    name: "_sip._tcp.a.test",
    type: "SRV",
    data: { priority: 1, weight: 65535, port: 5060, target: "sip.a.test" },
  },
  { name: "a.test", type: "TXT", data: ["v=spf1 -all", "", "grüße", "x".repeat(255)] },
  { name: "a.test", type: "CAA", data: { critical: true, tag: "issue", value: "ca.test; a=b" } },
  { name: "a.test", type: "CAA", data: { critical: false, tag: "iodef", value: "" } },
  {
    name: "a.test",
    type: "NAPTR",
    data: {
      order: 100,
      preference: 10,
      flags: "S",
      services: "SIP+D2U",
      regexp: "!^.*$!sip:info@a.test!",
      replacement: "_sip._udp.a.test",
    },
  },
];

for (const record of RECORDS) {
  Deno.test(`a record of type ${record.type} is read: ${JSON.stringify(record.data)}`, () => {
    const { records } = decodeReply(encodeMessage({ answers: [record] }));
    assert.deepEqual(records, [{ ttl: 60, ...record }]);
  });
}

Deno.test("a reply tells its id, flags, code and question", () => {
  const question = { name: "A.test", type: "MX" } as const;
  const reply = decodeReply(encodeMessage({ id: 7, flags: 0x8603, question }));
  assert.deepEqual(reply, {
    id: 7,
    isReply: true,
    opcode: 0,
    authoritative: true,
    truncated: true,
    rcode: 3,
    question: { name: "A.test", type: 15 },
    records: [],
  });
  assert.deepEqual(decodeHead(encodeMessage({ flags: 0x2800 })).opcode, 5);
});

Deno.test("EDNS adds the high bits of the code", () => {
  const option: TestRecord = { name: ".", type: 41, ttl: 0x01000000, data: new Uint8Array() };
  assert.equal(decodeReply(encodeMessage({ additional: [option] })).rcode, 16);
  assert.equal(decodeReply(encodeMessage({ authority: [{ ...option, type: 42 }] })).rcode, 0);
});

Deno.test("records of other sections, classes and unknown types are left out", () => {
  const a: TestRecord = { name: "a.test", type: "A", data: "192.0.2.1" };
  const reply = decodeReply(encodeMessage({
    answers: [{ ...a, class: 3 }, { name: "a.test", type: 65, data: Uint8Array.of(1, 2, 3) }, a],
    authority: [{ ...a, data: Uint8Array.of(1) }],
    additional: [a],
  }));
  assert.deepEqual(reply.records.map(({ type }) => type), ["A"]);
});

Deno.test("a lifetime with the high bit set is none", () => {
  for (const [ttl, read] of [[2 ** 31 - 1, 2 ** 31 - 1], [2 ** 31, 0], [2 ** 32 - 1, 0]] as const) {
    const answers: TestRecord[] = [{ name: "a.test", type: "A", data: "192.0.2.1", ttl }];
    assert.equal(decodeReply(encodeMessage({ answers })).records[0]?.ttl, read);
  }
});

/** A reply whose answer is a PTR record with hand-made bytes for its owner (from offset 12) and data. */
function withNames(owner: readonly number[], data: readonly number[]): Uint8Array {
  const header = u16(1, 0x8180, 0, 1, 0, 0);
  return join(header, owner, u16(12, 1), u32(60), u16(data.length), data);
}

Deno.test("names are put together from pointers", () => {
  // At 12: "a.test", at 14 its "test"; the data starts at 30.
  const owner = [1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0];
  const read = (data: readonly number[]) => decodeReply(withNames(owner, data)).records[0]?.data;
  assert.equal(read([0xc0, 12]), "a.test");
  assert.equal(read([1, 0x62, 0xc0, 14]), "b.test");
  assert.equal(read([0xc0, 19]), ".");
  assert.equal(read([1, 0x62, 0]), "b");
});

Deno.test("a pointer that doesn't point back is refused, so there is no loop", () => {
  const owner = [1, 0x61, 0];
  const data = 12 + owner.length + 10;
  for (
    const bytes of [
      withNames([0xc0, 12], [0]), // At itself.
      withNames([0xc0, 14], [0]), // Forward.
      withNames([1, 0x61, 0xc0, 12], [0]), // At its own start.
      withNames(owner, [0xc0, data]),
      withNames(owner, [0xc0, data + 2, 0xc0, data]),
      withNames(owner, [0xff, 0xff]),
      withNames(owner, [0xc0, 0]), // Into the header.
    ]
  ) assert.throws(() => decodeReply(bytes), isMalformed(/points forward/));
});

Deno.test("labels of an unknown kind are refused", () => {
  for (const length of [0x40, 0x7f, 0x80, 0xbf]) {
    assert.throws(() => decodeReply(withNames([0], [length, 0])), isMalformed(/unknown kind/));
  }
});

Deno.test("a name has at most 255 bytes, pointers included", () => {
  const label = [63, ...new Array(63).fill(0x61)];
  const owner = [...label, ...label, ...label, 0]; // 193 bytes
  const rest = [61, ...new Array(61).fill(0x62)]; // 62 more are 255
  const { records: [record] } = decodeReply(withNames(owner, [...rest, 0xc0, 12]));
  assert.equal(String(record?.data).length, 253);
  const longer = [62, ...new Array(62).fill(0x62), 0xc0, 12];
  assert.throws(() => decodeReply(withNames(owner, longer)), isMalformed(/255/));
});

Deno.test("data that is shorter or longer than its type is refused", () => {
  const cases: TestRecord[] = [
    { name: "a", type: "A", data: Uint8Array.of(1, 2, 3) },
    { name: "a", type: "A", data: Uint8Array.of(1, 2, 3, 4, 5) },
    { name: "a", type: "AAAA", data: new Uint8Array(17) },
    { name: "a", type: "CNAME", data: Uint8Array.of(0, 0) },
    { name: "a", type: "CNAME", data: Uint8Array.of(1, 0x61) },
    { name: "a", type: "CNAME", data: Uint8Array.of(0xc0) },
    { name: "a", type: "TXT", data: new Uint8Array() },
    { name: "a", type: "TXT", data: Uint8Array.of(2, 0x61) },
    { name: "a", type: "CAA", data: join([0], string("issue").subarray(0, 3)) },
  ];
  for (const record of cases) {
    // Followed by another record: reading must not go on into it.
    const answers: TestRecord[] = [record, { name: "a", type: "A", data: "192.0.2.1" }];
    assert.throws(() => decodeReply(encodeMessage({ answers })), isMalformed());
  }
});

Deno.test("a reply with two questions, or one of another class, is refused", () => {
  const bytes = encodeMessage({ question: { name: "a", type: "A" } });
  assert.throws(() => decodeReply(bytes.with(5, 2)), isMalformed(/2 questions/));
  assert.throws(() => decodeReply(bytes.with(bytes.length - 1, 3)), isMalformed(/class/));
});

Deno.test("a reply with more records than there can be is refused before they are read", () => {
  const counts = (count: number) => join(u16(1, 0x8180, 0), u16(0, count, 1));
  assert.throws(() => decodeReply(counts(4096)), isMalformed(/over 4096 records/));
  assert.throws(() => decodeReply(counts(4095)), isMalformed(/cut off/));
});

Deno.test("a reply that ends anywhere before its end is refused", () => {
  const question = { name: "a.test", type: "MX" } as const;
  const option: TestRecord = { name: ".", type: 41, ttl: 0, data: new Uint8Array(4) };
  const bytes = encodeMessage({ question, answers: RECORDS, additional: [option] });
  decodeReply(bytes);
  for (let end = 0; end < bytes.length; end++) {
    assert.throws(() => decodeReply(bytes.subarray(0, end)), isMalformed(), `cut at ${end}`);
  }
});
