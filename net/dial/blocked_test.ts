import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { blockedRanges } from "./blocked.ts";

/** Ranges, an address, and the range that has it. */
const CASES: [string[], string, string | undefined][] = [
  [["10.0.0.0/8"], "10.0.0.0", "10.0.0.0/8"],
  [["10.0.0.0/8"], "10.255.255.255", "10.0.0.0/8"],
  [["10.0.0.0/8"], "11.0.0.0", undefined],
  [["10.0.0.0/8"], "9.255.255.255", undefined],
  [["10.9.9.9/8"], "10.0.0.1", "10.9.9.9/8"],
  [["192.168.4.0/22"], "192.168.7.255", "192.168.4.0/22"],
  [["192.168.4.0/22"], "192.168.8.0", undefined],
  [["192.0.2.7/31"], "192.0.2.6", "192.0.2.7/31"],
  [["192.0.2.7"], "192.0.2.7", "192.0.2.7"],
  [["192.0.2.7"], "192.0.2.6", undefined],
  [["192.0.2.7/32"], "192.0.2.6", undefined],
  [["0.0.0.0/0"], "203.0.113.9", "0.0.0.0/0"],
  [["0.0.0.0/0"], "2001:db8::1", undefined],
  [["::/0"], "2001:db8::1", "::/0"],
  [["::/0"], "203.0.113.9", undefined],
  [["fd00::/8"], "fdff:1::2", "fd00::/8"],
  [["fd00::/8"], "fc00::1", undefined],
  [["2001:db8::/33"], "2001:db8:7fff::1", "2001:db8::/33"],
  [["2001:db8::/33"], "2001:db8:8000::1", undefined],
  [["2001:DB8:0::1"], "2001:db8::0:1", "2001:DB8:0::1"],
  [["10.0.0.0/8"], "::ffff:10.0.0.1", "10.0.0.0/8"],
  [["10.0.0.0/8"], "::ffff:0a00:1", "10.0.0.0/8"],
  [["10.0.0.0/8"], "0:0:0:0:0:FFFF:10.0.0.1", "10.0.0.0/8"],
  [["10.0.0.0/8"], "::ffff:11.0.0.1", undefined],
  [["10.0.0.0/8"], "::10.0.0.1", undefined],
  [["10.0.0.0/8"], "64:ff9b::10.0.0.1", undefined],
  [["::ffff:10.0.0.0/104"], "10.1.2.3", "::ffff:10.0.0.0/104"],
  [["::ffff:10.0.0.1"], "10.0.0.1", "::ffff:10.0.0.1"],
  [["::/64"], "::ffff:10.0.0.1", "::/64"],
  [["127.0.0.0/8", "10.0.0.0/8", "10.1.0.0/16"], "10.1.0.1", "10.0.0.0/8"],
  [[], "10.0.0.1", undefined],
];

for (const [ranges, ip, expected] of CASES) {
  const list = ranges.join(" and ") || "nothing";
  Deno.test(`${list} ${expected === undefined ? "leaves" : "blocks"} ${ip}`, () => {
    assert.equal(blockedRanges(ranges).rangeOf(ip), expected);
  });
}

Deno.test("what is no IP address is in no range", () => {
  const blocked = blockedRanges(["0.0.0.0/0", "::/0"]);
  for (const ip of ["localhost", "", "10.0.0", "10.0.0.256", "fe80::1%eth0", "[::1]"]) {
    assert.equal(blocked.rangeOf(ip), undefined, ip);
  }
});

Deno.test("a range is a prefix: what shares its bits is in, one changed bit is out", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  for (let round = 0; round < 500; round++) {
    const length = next(2) === 0 ? 4 : 16;
    const bytes = Uint8Array.from({ length }, () => next(256));
    bytes[0]! |= 1; // Not a mapped address.
    const prefix = 1 + next(8 * length);
    const blocked = blockedRanges([`${format(bytes)}/${prefix}`]);
    const flip = (bit: number) => {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 0x80 >> (bit & 7);
      return format(changed);
    };
    const what = `seed ${seed}: ${format(bytes)}/${prefix}`;
    for (let i = 0; i < 8; i++) {
      const bit = next(8 * length);
      assert.equal(blocked.rangeOf(flip(bit)) !== undefined, bit >= prefix, `${what}, bit ${bit}`);
    }
  }
});

Deno.test("what is no range is an OptionError that names it", () => {
  const bad = [
    "10.0.0/8",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/255.0.0.0",
    "::/129",
    "[::1]/128",
    "fe80::1%eth0",
    "localhost",
    "*",
    "",
    " 10.0.0.1",
  ];
  for (const text of bad) {
    assert.throws(() => blockedRanges(["127.0.0.1", text]), (error) => {
      assert.ok(error instanceof OptionError, text);
      assert.ok(error.message.startsWith(`blocked range ${JSON.stringify(text)} is invalid: `));
      return true;
    });
  }
  for (const value of [7, null, undefined, {}]) {
    assert.throws(() => blockedRanges([value as unknown as string]), OptionError);
  }
  assert.throws(() => blockedRanges("10.0.0.0/8" as unknown as string[]), OptionError);
});

function format(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8 | bytes[2 * i + 1]!));
  return groups.map((group) => group.toString(16)).join(":");
}
