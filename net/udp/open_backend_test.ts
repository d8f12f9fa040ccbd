import assert from "node:assert/strict";
import { localIpFor } from "./open_backend.ts";

Deno.test("datagrams leave from any address, to the loopback net from the loopback address", () => {
  const cases: [peer: string, local: string][] = [
    ["192.0.2.1", "0.0.0.0"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.9.9.9", "127.0.0.1"],
    ["2001:db8::1", "::"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
  ];
  for (const [peer, local] of cases) assert.equal(localIpFor(peer), local, peer);
});
