import assert from "node:assert/strict";
import { checkToken, parseAddress } from "./address.ts";

Deno.test("an address is HOST:PORT, either of which may be left out", () => {
  const table: [text: string, hostPort: string, loopback: boolean][] = [
    ["127.0.0.1:7000", "127.0.0.1:7000", true],
    ["localhost:7000", "127.0.0.1:7000", true],
    ["LOCALHOST", "127.0.0.1:6565", true],
    [":7000", "127.0.0.1:7000", true],
    ["127.9.9.9:1", "127.9.9.9:1", true],
    ["[::1]:7000", "[::1]:7000", true],
    ["[::]:7000", "[::]:7000", false],
    ["0.0.0.0:7000", "0.0.0.0:7000", false],
    ["10.0.0.1", "10.0.0.1:6565", false],
    ["127.0.0.1.example:1", "127.0.0.1.example:1", false],
    ["load.example:0", "load.example:0", false],
  ];
  for (const [text, hostPort, loopback] of table) {
    const address = parseAddress(text);
    assert.deepEqual([address.hostPort, address.loopback], [hostPort, loopback], text);
  }
});

for (
  const text of [
    "",
    "a:b",
    "127.0.0.1:65536",
    "http://127.0.0.1:1",
    "::1",
    "[::1",
    "a@b:1",
    "1:2:3",
  ]
) {
  Deno.test(`the address ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseAddress(text, "DOWNPOUR_ADDRESS"), {
      message: `DOWNPOUR_ADDRESS takes HOST:PORT, not "${text}" (write it like 127.0.0.1:6565)`,
    });
  });
}

Deno.test("a token is what a Bearer field can hold, and a wrong one is not repeated", () => {
  assert.equal(checkToken("aZ09._~+/-=="), "aZ09._~+/-==");
  for (const token of ["", "a b", "a=b", "hun\nter2", "schlüssel"]) {
    assert.throws(() => checkToken(token), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^--token may have letters/);
      return token === "" || !error.message.includes(token);
    });
  }
});
