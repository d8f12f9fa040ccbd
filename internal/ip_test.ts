import assert from "node:assert/strict";
import { formatIp, isLoopback, normalIp, parseIp } from "./ip.ts";

Deno.test("an IP address has one form (RFC 5952), other text stays", () => {
  const cases: [text: string, form: string][] = [
    ["10.0.0.1", "10.0.0.1"],
    ["::", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::FFFF:0a00:1", "::ffff:10.0.0.1"],
    ["::10.0.0.1", "::a00:1"],
    ["localhost", "localhost"],
    ["10.1", "10.1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["[::1]", "[::1]"],
    ["", ""],
  ];
  for (const [text, form] of cases) assert.equal(normalIp(text), form, text);
});

Deno.test("what is formatted is parsed to the same bytes", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  for (let round = 0; round < 1000; round++) {
    // Many zeros, so that there are runs of them to shorten.
    const bytes = Uint8Array.from(
      { length: next(2) === 0 ? 4 : 16 },
      () => next(3) ? 0 : next(256),
    );
    assert.deepEqual(parseIp(formatIp(bytes)), bytes, `seed ${seed}: ${bytes}`);
  }
});

Deno.test("loopback addresses are told from others, and from names", () => {
  const yes = ["127.0.0.1", "127.255.0.1", "::1", "0:0:0:0:0:0:0:1"];
  const no = ["localhost", "10.0.0.1", "0.0.0.0", "::", "127.example", "::ffff:127.0.0.1", "[::1]"];
  for (const host of yes) assert.equal(isLoopback(host), true, host);
  for (const host of no) assert.equal(isLoopback(host), false, host);
});
