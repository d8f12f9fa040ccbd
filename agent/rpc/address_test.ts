import assert from "node:assert/strict";
import { isThisMachine, parseAddress } from "./address.ts";

Deno.test("an address is host and port", () => {
  assert.deepEqual(parseAddress("127.0.0.1:9999"), { hostname: "127.0.0.1", port: 9999 });
  assert.deepEqual(parseAddress("localhost:1"), { hostname: "localhost", port: 1 });
  assert.deepEqual(parseAddress("[::1]:65535"), { hostname: "::1", port: 65535 });
  for (const wrong of ["", "9999", ":9999", "a:0", "a:65536", "::1:99", "a b:1", "a:1/x", "a:-1"]) {
    assert.throws(() => parseAddress(wrong), { code: "rpc_address_invalid" }, wrong);
  }
});

Deno.test("this machine is told from others", () => {
  for (const host of ["localhost", "127.0.0.1", "127.255.0.1", "::1", "0:0:0:0:0:0:0:1"]) {
    assert(isThisMachine(host), host);
  }
  for (
    const host of ["10.0.0.1", "0.0.0.0", "::", "127.example", "example.com", "::ffff:10.0.0.1"]
  ) {
    assert(!isThisMachine(host), host);
  }
});
