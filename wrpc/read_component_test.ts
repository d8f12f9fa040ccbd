import assert from "node:assert/strict";
import { client } from "./client.ts";
import { counterComponent, emptyComponent } from "./host/component_bytes_for_tests.ts";
import { BLASTER, componentTest, packet } from "./host/components_for_tests.ts";
import { readComponent } from "./read_component.ts";
import { serve } from "./serve.ts";
import { tcpServer } from "./tcp/server.ts";

await componentTest("blaster_small", "a component says what is called and served", async (path) => {
  const wit = await readComponent(await Deno.readFile(path));
  assert.deepEqual([...wit.interfaces.keys()], [BLASTER]);
  const packets: unknown[] = [];
  const implementation = { blast: (one: unknown) => void packets.push(one) };
  await using serving = await serve(tcpServer(), { wit, implementation });
  await using calls = client({ wit, interface: "blaster", tcp: serving.address });
  assert.equal(await calls.call("blast", [packet({ waitMs: 7n })]), undefined);
  assert.deepEqual(packets, [packet({ waitMs: 7n })]);
});

Deno.test("a component is read from an ArrayBuffer too", async () => {
  const { interfaces } = await readComponent(counterComponent().slice().buffer);
  const next = interfaces.get("test:count/counter")!.functions.get("next");
  assert.deepEqual(next, { name: "next", params: [], result: { kind: "u32" } });
});

Deno.test("what isn't a component with interfaces is refused", async () => {
  const large = new Uint8Array(64 * 1024 * 1024 + 1);
  const core = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (
    const [bytes, message] of [
      [new Uint8Array(0), /no valid component: it ends too early/],
      [new TextEncoder().encode("package a:b;"), /it isn't WebAssembly/],
      [core, /core module/],
      [counterComponent().subarray(0, 100), /ends too early/],
      [large, /67108865 bytes, more than 64 MiB/],
      [emptyComponent({}), /exports no interface/],
      ["package a:b;" as never, /from bytes, not from string/],
    ] as const
  ) {
    const failure = { name: "WrpcError", code: "wit_invalid", phase: "wit", message };
    await assert.rejects(readComponent(bytes), failure);
  }
});

Deno.test("bytes that weren't read are refused as wit, with the way to read them", () => {
  const wit = counterComponent() as never;
  assert.throws(() => client({ wit, tcp: "127.0.0.1:1" }), {
    ...{ name: "OptionError", option: "wit", message: /wrpc.readComponent\(bytes\)/ },
  });
});
