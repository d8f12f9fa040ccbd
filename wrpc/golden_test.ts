import assert from "node:assert/strict";
import { TCP } from "../net/mod.ts";
import { client } from "./client.ts";
import { serve } from "./serve.ts";
import { tcpServer } from "./tcp/server.ts";
import golden from "./testdata/wasmtime_0_16_0.json" with { type: "json" };

/**
 * What went over TCP between this client and `wrpc-wasmtime` 0.16.0, which served a component that
 * gives back what it gets: it read the values and wrote them by its own codec.
 *
 * Its reader refuses the least s16, s32 and s64 (-2^15, -2^31, -2^63), so they aren't among them.
 */
const WIT = `
package test:golden@0.1.0;
interface calls {
  type wide = tuple<bool, u8, s8, u16, s16, u32, s32, u64, s64, f32, f64, char, string, list<u8>,
    list<string>, option<u64>, option<option<u8>>, result<u16, string>, result, tuple<u8, string>,
    list<tuple<u32, bool>>>;
  echo: func(v: wide) -> wide;
  add: func(a: u32, b: u32) -> u32;
  nothing: func();
}`;

const WIDE = [
  ...[true, 255, -128, 65535, -300, 4294967295, -70000, 2n ** 64n - 1n, -(2n ** 62n)],
  ...[1.5, -2.25, "€", "hé", Uint8Array.of(1, 2, 3), ["a", ""], 300n],
  ...[{ tag: "some", val: undefined }, { tag: "err", val: "no" }, { tag: "ok" }, [7, "x"]],
  [[128, true], [0, false]],
];

const CALLS = [["add", [2, 3], 5], ["nothing", [], undefined], ["echo", [WIDE], WIDE]] as const;

const implementation = {
  echo: (v: unknown) => v,
  add: (a: number, b: number) => a + b,
  nothing: () => {},
};

for (const [name, args, result] of CALLS) {
  Deno.test(`${name} is asked as wrpc-wasmtime understood it, and its answer is understood`, async () => {
    await using listener = TCP.listen();
    const answering = (async () => {
      const socket = (await listener.accept())!;
      const request: number[] = [];
      for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) {
        request.push(...bytes);
      }
      await socket.write(Uint8Array.fromHex(golden[name].response));
      await socket.closeWrite();
      socket.close();
      return Uint8Array.from(request).toHex();
    })();
    await using calls = client({ wit: WIT, tcp: listener.address });
    assert.deepEqual(await calls.call(name, args), result);
    assert.equal(await answering, golden[name].request);
  });

  Deno.test(`${name} is answered as wrpc-wasmtime does`, async () => {
    await using serving = await serve(tcpServer(), { wit: WIT, implementation });
    await using socket = await TCP.open(serving.address);
    await socket.write(Uint8Array.fromHex(golden[name].request));
    await socket.closeWrite();
    const response: number[] = [];
    for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) {
      response.push(...bytes);
    }
    assert.equal(Uint8Array.from(response).toHex(), golden[name].response);
  });
}
