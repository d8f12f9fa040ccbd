import assert from "node:assert/strict";
import { NetError } from "../errors.ts";
import { chance, encodeMessage, type TestRecord } from "./_messages_for_tests.ts";
import { decodeHead, decodeReply, encodeQuery } from "./message.ts";
import type { RecordType } from "./records.ts";

const RUNS = 2000;

Deno.test("what is encoded is decoded again", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  for (let run = 0; run < 300; run++) {
    const answers = Array.from({ length: below(6) }, () => randomRecord(below));
    const question = { name: randomName(below), type: "TXT" } as const;
    const reply = decodeReply(encodeMessage({ id: run, question, answers }));
    assert.deepEqual(reply.records, answers, `seed ${seed} run ${run}`);
    assert.equal(reply.question?.name, question.name, `seed ${seed} run ${run}`);
    const query = encodeQuery({ id: run, name: question.name, type: "TXT", edns: true });
    assert.deepEqual(decodeHead(query).question, reply.question, `seed ${seed} run ${run}`);
  }
});

Deno.test("random bytes are decoded, or refused by the one kind of error", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  for (let run = 0; run < RUNS; run++) {
    const bytes = Uint8Array.from({ length: below(200) }, () => below(256));
    // Small counts get further than random ones.
    if (bytes.length >= 12 && below(4) > 0) bytes.set([0, below(2), 0, below(8), 0, 0, 0, 0], 4);
    decodeOrRefuse(bytes, `seed ${seed} run ${run}`);
  }
});

Deno.test("a reply with flipped bits is decoded, or refused by the one kind of error", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  for (let run = 0; run < RUNS; run++) {
    const answers = Array.from({ length: 1 + below(5) }, () => randomRecord(below));
    const bytes = encodeMessage({ question: { name: randomName(below), type: "A" }, answers });
    for (let flips = 1 + below(8); flips > 0; flips--) {
      const at = below(bytes.length);
      bytes[at] = bytes[at]! ^ 1 << below(8);
    }
    decodeOrRefuse(bytes, `seed ${seed} run ${run}`);
  }
});

Deno.test("pointers strewn over a reply are followed to an end, or refused", () => {
  const seed = Date.now() >>> 0;
  const below = chance(seed);
  for (let run = 0; run < RUNS; run++) {
    const length = 40 + below(60);
    const bytes = Uint8Array.from({ length }, () => below(3));
    bytes.set([0, 0, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0]);
    for (let pointers = below(10); pointers > 0; pointers--) {
      bytes.set([0xc0, below(length)], 12 + below(length - 14));
    }
    decodeOrRefuse(bytes, `seed ${seed} run ${run}`);
  }
});

function decodeOrRefuse(bytes: Uint8Array, run: string): void {
  try {
    const { records } = decodeReply(bytes);
    assert.ok(records.length <= bytes.length, run);
  } catch (error) {
    assert.ok(error instanceof NetError && error.code === "dns_failed", `${run}: ${error}`);
  }
}

function randomName(below: (limit: number) => number): string {
  const labels = Array.from({ length: 1 + below(4) }, () => {
    let label = "";
    for (let length = 1 + below(9); length > 0; length--) label += CHARACTERS[below(12)];
    return label;
  });
  return labels.join(".");
}

const CHARACTERS = ["a", "b", "Z", "0", "9", "-", "_", "*", "\\.", "\\\\", "\\000", "\\255"];

function randomRecord(below: (limit: number) => number): TestRecord {
  const name = randomName(below);
  const ttl = below(2 ** 31);
  const word = () => below(65_536);
  const text = () => "xü ".repeat(below(20));
  const types: RecordType[] = ["A", "AAAA", "CNAME", "MX", "SRV", "TXT", "CAA", "NAPTR", "SOA"];
  switch (types[below(types.length)]) {
    case "A":
      return { name, ttl, type: "A", data: `${below(256)}.0.${below(256)}.${below(256)}` };
    case "AAAA":
      return { name, ttl, type: "AAAA", data: `2001:${(1 + below(65_535)).toString(16)}::1:2` };
    case "CNAME":
      return { name, ttl, type: "CNAME", data: randomName(below) };
    case "MX":
      return { name, ttl, type: "MX", data: { preference: word(), exchange: randomName(below) } };
    case "SRV": {
      const data = { priority: word(), weight: word(), port: word(), target: randomName(below) };
      return { name, ttl, type: "SRV", data };
    }
    case "TXT":
      return { name, ttl, type: "TXT", data: Array.from({ length: 1 + below(4) }, text) };
    case "CAA": {
      const data = { critical: below(2) === 1, tag: "issue", value: text() };
      return { name, ttl, type: "CAA", data };
    }
    case "NAPTR": {
      const rule = { flags: text(), services: text(), regexp: text() };
      const data = { order: word(), preference: word(), ...rule, replacement: randomName(below) };
      return { name, ttl, type: "NAPTR", data };
    }
    default: {
      const names = { mname: randomName(below), rname: randomName(below) };
      const numbers = { serial: word(), refresh: word(), retry: word(), expire: 0, minimum: 1 };
      return { name, ttl, type: "SOA", data: { ...names, ...numbers } };
    }
  }
}
