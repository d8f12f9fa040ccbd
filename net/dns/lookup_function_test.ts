import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { type LookupResult, readLookupResult } from "./lookup_function.ts";

Deno.test("every form of result is read", () => {
  const cases: [LookupResult, [string, number?][]][] = [
    ["192.0.2.1", [["192.0.2.1"]]],
    ["::1", [["::1"]]],
    ["192.0.2.1:8080", [["192.0.2.1", 8080]]],
    ["[::1]:8080", [["::1", 8080]]],
    [{ address: "192.0.2.1" }, [["192.0.2.1"]]],
    [{ address: "::1", family: 6, port: 1 }, [["::1", 1]]],
    [["::1", { address: "192.0.2.1", family: 4 }, "192.0.2.2:9"], [
      ["::1"],
      ["192.0.2.1"],
      ["192.0.2.2", 9],
    ]],
  ];
  for (const [result, expected] of cases) {
    assert.deepEqual(
      readLookupResult(result, "a.test"),
      expected.map(([ip, port]) => ({ ip, port })),
    );
  }
});

Deno.test("nothing found is dns_not_found", () => {
  for (const result of [null, undefined, "", []]) {
    assert.throws(
      () => readLookupResult(result, "a.test"),
      isNetError(
        "dns_not_found",
        "lookup",
        /^lookup of a\.test failed: lookup returned no address$/,
      ),
    );
  }
});

Deno.test("what isn't an address is dns_failed and named", () => {
  const cases: [unknown, RegExp][] = [
    ["b.test", /"b\.test", which is not an IP address/],
    ["b.test:80", /"b\.test:80"/],
    ["192.0.2.1:0", /"192\.0\.2\.1:0"/],
    ["192.0.2.1:65536", /65536/],
    ["[::1]", /"\[::1\]"/],
    ["192.0.2.256", /"192\.0\.2\.256"/],
    [7, /returned 7,/],
    [true, /returned true,/],
    [0, /returned 0,/],
    [{}, /\[object Object\]/],
    [["192.0.2.1", null], /returned \[object Null\]/],
    [["192.0.2.1", ""], /returned "",/],
    [[["192.0.2.1"]], /\[object Array\]/],
    [{ address: "b.test" }, /"b\.test"/],
    [{ address: "192.0.2.1", family: 6 }, /family 6 for the address 192\.0\.2\.1/],
    [{ address: "192.0.2.1", port: 0 }, /the port 0/],
    [{ address: "192.0.2.1", port: "80" }, /the port "80"/],
  ];
  for (const [result, message] of cases) {
    assert.throws(() => readLookupResult(result, "a"), isNetError("dns_failed", "lookup", message));
  }
});
