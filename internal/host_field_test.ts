import assert from "node:assert/strict";
import { asksThisMachine } from "./host_field.ts";

Deno.test("a Host means this machine by localhost or a loopback address, with a port or without", () => {
  const yes = ["localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.9:6565", "[::1]", "[::1]:1"];
  const no = ["", ":80", "evil.example", "localhost.example:80", "127.0.0.1.example", "10.0.0.1:1"];
  for (const host of yes) assert.equal(asksThisMachine(host), true, host);
  for (const host of no) assert.equal(asksThisMachine(host), false, host);
});
