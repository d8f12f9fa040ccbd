import assert from "node:assert/strict";
import { startNatsServer } from "../nats/server/mod.ts";
import { serveNats, serveTcp, type WasmtimeServer, wasmtimeTest } from "./_wasmtime_for_tests.ts";
import { client } from "./client.ts";
import { serve } from "./serve.ts";
import { natsServer } from "./nats/server.ts";
import { tcpServer } from "./tcp/server.ts";

/**
 * Against `wrpc-wasmtime` 0.16.0, both ways, over TCP and NATS: the components are written as text,
 * so that nothing has to be built.
 */
const WIT = `
package test:live@0.1.0;
interface calls {
  add: func(a: u32, b: u32) -> u32;
  echo: func(text: string, bytes: list<u8>) -> tuple<string, list<u8>>;
  nothing: func();
  trap: func();
  trap-with-result: func() -> u32;
}`;
const PREFIX = "test.live";

/** Exports the interface: `echo` gives back the area that its parameters were lifted to. */
const SERVED = `(component
  (core module $m
    (memory (export "memory") 64)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (func (export "echo") (param i32 i32 i32 i32) (result i32)
      (i32.store (i32.const 64) (local.get 0)) (i32.store (i32.const 68) (local.get 1))
      (i32.store (i32.const 72) (local.get 2)) (i32.store (i32.const 76) (local.get 3))
      (i32.const 64))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "nothing"))
    (func (export "trap") unreachable)
    (func (export "trap-with-result") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $mem))
  (alias core export $i "realloc" (core func $realloc))
  (func $echo (param "text" string) (param "bytes" (list u8)) (result (tuple string (list u8)))
    (canon lift (core func $i "echo") (memory $mem) (realloc $realloc)))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func $nothing (canon lift (core func $i "nothing")))
  (func $trap (canon lift (core func $i "trap")))
  (func $trapr (result u32) (canon lift (core func $i "trap-with-result")))
  (instance $inst (export "echo" (func $echo)) (export "add" (func $add))
    (export "nothing" (func $nothing)) (export "trap" (func $trap))
    (export "trap-with-result" (func $trapr)))
  (export "test:live/calls@0.1.0" (instance $inst)))`;

/** A command that calls `nothing` and `add`, and succeeds if the sum of 20 and 22 is 42. */
const CALLING = `(component
  (import "test:live/calls@0.1.0" (instance $calls
    (export "add" (func (param "a" u32) (param "b" u32) (result u32)))
    (export "nothing" (func))))
  (alias export $calls "add" (func $add))
  (alias export $calls "nothing" (func $nothing))
  (core func $add (canon lower (func $add)))
  (core func $nothing (canon lower (func $nothing)))
  (core module $m
    (import "calls" "add" (func $add (param i32 i32) (result i32)))
    (import "calls" "nothing" (func $nothing))
    (func (export "run") (result i32)
      (call $nothing)
      (i32.ne (call $add (i32.const 20) (i32.const 22)) (i32.const 42))))
  (core instance $i (instantiate $m (with "calls" (instance
    (export "add" (func $add)) (export "nothing" (func $nothing))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $inst (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $inst)))`;

const WORKLOAD = {
  component: { text: SERVED },
  instance: "test:live/calls@0.1.0",
  functions: 5,
};

async function callsAll({ where }: WasmtimeServer): Promise<void> {
  await using calls = client({ wit: WIT, timeoutMs: 10_000, ...where });
  assert.equal(await calls.call("add", [2, 3]), 5);
  assert.equal(await calls.call("nothing"), undefined);
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  assert.deepEqual(await calls.call("echo", ["né", bytes]), ["né", bytes]);
  const large = new Uint8Array(1_500_000).fill(7);
  const [, back] = await calls.call("echo", ["", large]) as [string, Uint8Array];
  assert.ok(back.length === large.length && back.every((byte) => byte === 7));
  await assert.rejects(calls.call("trap-with-result"), { code: "invocation_failed" });
  assert.equal(await calls.call("add", [4, 5]), 9); // A trap is the end of its invocation alone.
  const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => calls.call("add", [i, 1])));
  assert.deepEqual(sums, Array.from({ length: 50 }, (_, i) => i + 1));
}

wasmtimeTest("a component in wrpc-wasmtime is called over TCP", async (program) => {
  await using server = await serveTcp(program, WORKLOAD);
  await callsAll(server);
});

wasmtimeTest("a component in wrpc-wasmtime is called over NATS", async (program) => {
  await using server = await serveNats(program, WORKLOAD);
  await callsAll(server);
}, { nats: true });

/** What a component that calls us got. */
function implementation(calls: string[]) {
  return {
    add: (a: number, b: number) => {
      calls.push("add");
      return a + b;
    },
    nothing: () => void calls.push("nothing"),
    echo: (...params: unknown[]) => params,
    trap: () => {},
    trapWithResult: () => 0,
  };
}

async function runsWell(command: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/calling.wat`, CALLING);
    const { code, stderr } = await new Deno.Command("bash", {
      args: ["-c", `${command} "$0/calling.wat"`, folder],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

wasmtimeTest("a component in wrpc-wasmtime calls us over TCP", async (program) => {
  const calls: string[] = [];
  await using serving = await serve(tcpServer(), {
    wit: WIT,
    implementation: implementation(calls),
  });
  await runsWell(`exec "${program}" tcp run --import ${serving.address}`);
  assert.deepEqual(calls, ["nothing", "add"]);
});

wasmtimeTest("a component in wrpc-wasmtime calls us over NATS", async (program) => {
  await using server = await startNatsServer({ jetStream: false });
  const { url } = server;
  const calls: string[] = [];
  await using _serving = await serve(natsServer({ url, prefix: PREFIX, queueGroup: "w" }), {
    wit: WIT,
    implementation: implementation(calls),
  });
  await runsWell(`exec "${program}" nats run --nats ${url} --import ${PREFIX}`);
  assert.deepEqual(calls, ["nothing", "add"]);
}, { nats: true });
