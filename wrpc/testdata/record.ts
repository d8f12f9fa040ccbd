/**
 * Writes `wasmtime_0_16_0.json`, the bytes that our client and `wrpc-wasmtime` 0.16.0 exchange for
 * each of the golden calls, over TCP and over NATS:
 *
 *     deno run -A wrpc/testdata/record.ts
 *
 * @module
 */
import assert from "node:assert/strict";
import { connect } from "../../nats/mod.ts";
import { client } from "../client.ts";
import { component } from "../host/components_for_tests.ts";
import { GOLDEN_CALLS, type GoldenCall, INSTANCE } from "../_golden_for_tests.ts";
import { serveNats, serveTcp, wasmtime, type Workload } from "../_wasmtime_for_tests.ts";

/** Gives back what it gets: each value needs so many words that it comes, and goes, in memory. */
const COMPONENT = `(component
  (type $point (record (field "x" s32) (field "y" s32)))
  (export $the-point "point" (type $point))
  (type $shape (variant (case "none") (case "circle" f32) (case "label" string)
    (case "corners" (list $the-point))))
  (export $the-shape "shape" (type $shape))
  (type $colour (enum "red" "green" "blue"))
  (export $the-colour "colour" (type $colour))
  (type $rights (flags "read" "write" "run" "scan" "link" "watch" "lock" "move" "hold" "drop"))
  (export $the-rights "rights" (type $rights))
  (type $named (record (field "first" $the-shape) (field "second" $the-shape)
    (field "colour" $the-colour) (field "rights" $the-rights)
    (field "here" (option $the-point)) (field "gone" (option string))
    (field "good" (result $the-point (error string)))
    (field "bad" (result $the-point (error string)))))
  (export $the-named "named" (type $named))
  (type $wide (tuple bool u8 s8 u16 s16 u32 s32 u64 s64 f32 f64 char string (list u8)
    (list string) (option u64) (option (option u8)) (result u16 (error string)) (result)
    (tuple u8 string) (list (tuple u32 bool))))
  (core module $m
    (memory (export "memory") 4)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "nothing")))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (alias core export $i "realloc" (core func $realloc))
  (func $echo (param "v" $wide) (result $wide)
    (canon lift (core func $i "same") (memory $memory) (realloc $realloc)))
  (func $name (param "v" $the-named) (result $the-named)
    (canon lift (core func $i "same") (memory $memory) (realloc $realloc)))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func $nothing (canon lift (core func $i "nothing")))
  (instance $calls (export "echo" (func $echo)) (export "name" (func $name))
    (export "add" (func $add)) (export "nothing" (func $nothing)))
  (export "${INSTANCE}" (instance $calls)))`;

async function overTcp(program: string, load: Workload, call: GoldenCall, name: string) {
  await using server = await serveTcp(program, load);
  const [hostname, port] = ("tcp" in server.where ? server.where.tcp : "").split(":");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const passing = (async () => {
    using near = await listener.accept();
    using far = await Deno.connect({ hostname: hostname!, port: Number(port) });
    const [request, response] = await Promise.all([pass(near, far), pass(far, near)]);
    return { request, response };
  })();
  await callIt(call, name, { tcp: `127.0.0.1:${listener.addr.port}` });
  return await passing;
}

/** Passes all on, and gives it. Either side may have ended it before the other has read its end. */
async function pass(from: Deno.Conn, to: Deno.Conn): Promise<string> {
  const all: number[] = [];
  const buffer = new Uint8Array(65536);
  for (;;) {
    const count = await from.read(buffer).catch(() => null);
    if (count === null) break;
    all.push(...buffer.subarray(0, count));
    await to.write(buffer.subarray(0, count));
  }
  await to.closeWrite().catch(() => {});
  return Uint8Array.from(all).toHex();
}

/** The first message, and what came to the subjects of its inbox, which are named without it. */
async function overNats(program: string, load: Workload, call: GoldenCall, name: string) {
  await using server = await serveNats(program, load);
  if (!("nats" in server.where)) throw new Error("it isn't served over NATS");
  await using spy = await connect({ urls: server.where.nats.url });
  const messages: { subject: string; reply: string; data: string }[] = [];
  spy.subscribe(">", "", ({ subject, reply, data }) => {
    messages.push({ subject, reply, data: data.toHex() });
  });
  await spy.flush();
  await callIt(call, name, server.where);
  await spy.flush();
  const { reply: inbox, data: request } = messages.shift()!;
  const response = messages.filter(({ subject }) => subject.startsWith(inbox));
  return {
    request,
    response: response.map(({ subject, data }) => ({ to: subject.slice(inbox.length), data })),
  };
}

async function callIt(call: GoldenCall, name: string, where: object): Promise<void> {
  await using calls = client({ wit: call.wit, timeoutMs: 10_000, ...where });
  const result = await calls.call(name, call.args);
  assert.deepEqual(result, call.result, name);
}

if (wasmtime === null) {
  throw new Error("wrpc-wasmtime is not here: tools/wrpc_wasmtime.sh --install");
}
const blaster = await component("blaster_small");
if (blaster === null) throw new Error("there is no small blaster: deno task components");
const golden: Record<string, unknown> = {};
for (const [name, call] of Object.entries(GOLDEN_CALLS)) {
  const load = call.instance === INSTANCE
    ? { component: { text: COMPONENT }, instance: INSTANCE, functions: 4 }
    : { component: { path: blaster }, instance: call.instance, functions: 1 };
  golden[name] = {
    tcp: await overTcp(wasmtime, load, call, name),
    nats: await overNats(wasmtime, load, call, name),
  };
}
const file = new URL("./wasmtime_0_16_0.json", import.meta.url);
await Deno.writeTextFile(file, JSON.stringify(golden, null, 2) + "\n");
