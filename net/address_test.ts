import assert from "node:assert/strict";
import { isNetError } from "./_sockets_for_tests.ts";
import { formatAddress, parseAddress } from "./address.ts";
import { ipVersionOf } from "../internal/mod.ts";

Deno.test("parseAddress() splits host and port, and formatAddress() joins them again", () => {
  const cases: [string, string, number][] = [
    ["localhost:80", "localhost", 80],
    ["1.2.3.4:65535", "1.2.3.4", 65535],
    ["[::1]:1", "::1", 1],
    ["[::ffff:1.2.3.4]:8080", "::ffff:1.2.3.4", 8080],
    ["a_b.example-1.org:443", "a_b.example-1.org", 443],
    ["3com.example:80", "3com.example", 80],
    ["example.org.:80", "example.org.", 80],
    ["bücher.example:80", "bücher.example", 80],
  ];
  for (const [address, host, port] of cases) {
    assert.deepEqual(parseAddress(address), { host, port });
    assert.equal(formatAddress({ host, port }), address);
  }
});

Deno.test("parseAddress() says what is wrong with an address", () => {
  const cases: [string, RegExp][] = [
    ["", /port is missing/],
    ["localhost", /port is missing/],
    [":80", /host is missing/],
    ["localhost:", /port must be 1 to 65535, not ""/],
    ["localhost:0", /port must be 1 to 65535/],
    ["localhost:65536", /port must be 1 to 65535/],
    ["localhost:080000", /port must be 1 to 65535/],
    ["localhost:-1", /port must be/],
    ["localhost:8e1", /port must be/],
    ["localhost:80 ", /port must be/],
    ["::1", /write an IPv6 address as \[::1\]:port/],
    ["::1:80", /write an IPv6 address as \[::1:80\]:port/],
    ["[::1]", /port is missing/],
    ["[::1", /\] is missing/],
    ["[]:80", /not an IPv6 address/],
    ["[1.2.3.4]:80", /not an IPv6 address/],
    ["[::1%eth0]:80", /not an IPv6 address/],
    ["[1::2::3]:80", /not an IPv6 address/],
    ["http://localhost:80", /URL, write host:port/],
    ["localhost:80/path", /port must be/],
    ["user@host:80", /not a name/],
    ["a b:80", /not a name/],
    ["a\r\nb:80", /not a name/],
    ["a\0:80", /not a name/],
    [`${"a".repeat(254)}:80`, /not a name/],
    ["300.1.1.1:80", /300\.1\.1\.1 is not an IPv4 address/],
    ["127.1:80", /127\.1 is not an IPv4 address/],
    ["0x7f000001:80", /not an IPv4 address/],
    ["1.2.3.4.:80", /not an IPv4 address/],
  ];
  for (const [address, message] of cases) {
    assert.throws(
      () => parseAddress(address),
      isNetError("address_invalid", undefined, message),
      address,
    );
  }
  assert.throws(() => parseAddress(80 as unknown as string), isNetError("address_invalid"));
});

Deno.test("parseAddress() either returns what formats back to the same text or throws", () => {
  const seed = 0x5eed;
  let state = seed;
  const random = (n: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % n;
  const alphabet = "a1.:[]-_%@/ \0é0x";
  for (let round = 0; round < 20_000; round++) {
    let address = "";
    for (let i = random(12); i > 0; i--) address += alphabet[random(alphabet.length)];
    address += random(2) ? ":80" : "";
    let parsed;
    try {
      parsed = parseAddress(address);
    } catch (error) {
      isNetError("address_invalid")(error);
      continue;
    }
    assert.match(address, new RegExp(`:0*${parsed.port}$`), `seed ${seed} round ${round}`);
    assert.deepEqual(parseAddress(formatAddress(parsed)), parsed, `seed ${seed} round ${round}`);
  }
});

Deno.test("ipVersionOf() tells addresses from names", () => {
  const cases: [string, 0 | 4 | 6][] = [
    ["127.0.0.1", 4],
    ["255.255.255.255", 4],
    ["256.0.0.1", 0],
    ["1.2.3", 0],
    ["1.2.3.4.5", 0],
    ["01.2.3.4", 0],
    ["::", 6],
    ["fe80::1", 6],
    ["a:b", 0],
    ["localhost", 0],
  ];
  for (const [host, version] of cases) assert.equal(ipVersionOf(host), version, host);
});
