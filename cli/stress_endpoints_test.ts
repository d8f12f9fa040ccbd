import assert from "node:assert/strict";
import type { StressPlan } from "../wasm/mod.ts";
import { isThisMachine, placeOf } from "./stress_endpoints.ts";

function plan(transport: "tcp" | "udp", hosts: readonly string[]): StressPlan {
  return {
    ...{ name: "p", shards: null, packets: {}, handler: null, actions: [] },
    settings: {
      transport,
      endpoints: hosts.map((host) => ({ host, port: 9 })),
      ...{ headerSize: 0, bodyMax: 0, read: false, repeat: false, sampleRate: 100, length: null },
    },
  };
}

Deno.test("names are resolved once, and shards may reach the addresses alone", async () => {
  const asked: string[] = [];
  const place = await placeOf(plan("tcp", ["a.example", "127.0.0.1", "::1"]), (host) => {
    asked.push(host);
    return Promise.resolve("192.0.2.7");
  });
  assert.deepEqual(asked, ["a.example"]);
  assert.deepEqual(place.shown, ["a.example:9 (192.0.2.7)", "127.0.0.1:9", "[::1]:9"]);
  assert.deepEqual(place.foreign, ["a.example:9 (192.0.2.7)"]);
  assert.deepEqual(place.allowNet, ["192.0.2.7:9", "127.0.0.1:9", "[::1]:9"]);
  assert.equal(place.plan.settings.endpoints[0]!.host, "192.0.2.7");
});

Deno.test("UDP may have an address of this machine to send from, too", async () => {
  const place = await placeOf(plan("udp", ["127.0.0.1", "192.0.2.7", "2001:db8::1"]));
  assert.deepEqual(place.allowNet.slice(3), ["127.0.0.1:0", "0.0.0.0:0", "[::]:0"]);
});

Deno.test("a name that resolves to this machine is this machine, whatever it is called", async () => {
  const here = await placeOf(plan("tcp", ["a.example"]), () => Promise.resolve("127.0.0.2"));
  assert.deepEqual(here.foreign, []);
});

Deno.test("this machine is 127/8, ::1 and what maps to them", () => {
  for (const ip of ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(isThisMachine(ip), true, ip);
  }
  for (
    const ip of ["128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1", "fe80::1", "localhost"]
  ) {
    assert.equal(isThisMachine(ip), false, ip);
  }
});
