import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { IPC, type StreamSocket, TCP } from "../../net/mod.ts";
import { client } from "../client.ts";
import { serve } from "../serve.ts";
import { tcpTransport, unixTransport } from "./client.ts";
import { Pool } from "./pool.ts";
import { tcpServer, unixServer } from "./server.ts";

const WIT = `package test:pool@0.1.0; interface pool { add: func(a: u32, b: u32) -> u32; }`;
const implementation = { add: (a: number, b: number) => a + b };

Deno.test("a pool opens as many as it holds, gives the oldest, and opens one for each taken", async () => {
  await using server = IPC.listen();
  let opened = 0;
  const sockets: StreamSocket[] = [];
  const pool = new Pool(
    async () => {
      opened++;
      const socket = await IPC.open(server.address);
      sockets.push(socket);
      return socket;
    },
    2,
    Infinity,
  );
  assert.deepEqual([pool.take(), opened], [null, 2]);
  await until("two are open", () => pool.idle === 2);
  const first = pool.take();
  assert.equal(first?.socket, sockets[0]);
  await until("two are open", () => pool.idle === 2);
  assert.equal(opened, 3);
  pool.close();
  assert.deepEqual([pool.idle, sockets[1]!.active, first!.socket.active], [0, false, true]);
  assert.equal(pool.take(), null);
  first!.socket.close();
  await first!.reading.count.catch(() => null);
});

Deno.test("a pool lets go of what the peer closed", async () => {
  await using server = IPC.listen();
  const pool = new Pool(() => IPC.open(server.address), 1, Infinity);
  pool.take();
  const peer = (await server.accept())!;
  await until("one is open", () => pool.idle === 1);
  peer.close();
  await until("none is kept", () => pool.idle === 0);
  pool.close();
});

Deno.test("a pool lets go of what nobody took in time", async () => {
  await using server = IPC.listen();
  const pool = new Pool(() => IPC.open(server.address), 1, 30);
  pool.take();
  const late = (await server.accept())!;
  assert.equal(await late.read(), null); // Closed without a word.
  assert.equal(pool.idle, 0);
  late.close();
  pool.close();
});

Deno.test("a pool that can't open leaves it to the caller to be told", async () => {
  const listener = TCP.listen();
  listener.close();
  const transport = tcpTransport({ address: listener.address, pool: 4 });
  await using calls = client({ wit: WIT, transport });
  await assert.rejects(calls.call("add", [1, 2]), { code: "connection_failed" });
});

Deno.test("calls over a pool are answered, also after the server was started anew", async () => {
  const path = await Deno.makeTempFile();
  await Deno.remove(path);
  const transport = unixTransport({ path, pool: 8 });
  await using calls = client({ wit: WIT, transport });
  for (let round = 0; round < 2; round++) {
    const serving = await serve(unixServer(path), { wit: WIT, implementation });
    const sums = await Promise.all(
      Array.from({ length: 100 }, (_, i) => calls.call("add", [i, round])),
    );
    assert.deepEqual(sums, Array.from({ length: 100 }, (_, i) => i + round));
    await until("the pool is full", () => serving.open >= 8);
    await serving.close();
    await Deno.remove(path).catch(() => {});
    // What was opened ahead has ended with the server: the client gets to know in its own time.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
});

Deno.test("a pool ends with the virtual user that made it", async () => {
  await using serving = await serve(tcpServer(), { wit: WIT, implementation });
  const context = newContext(new Registry());
  await runInContext(context, async () => {
    const calls = client({ wit: WIT, tcp: { address: serving.address, pool: 2 } });
    assert.equal(await calls.call("add", [1, 2]), 3);
  });
  await until("the pool is full", () => serving.open === 2);
  await closeContext(context);
  await until("the pool is closed", () => serving.open === 0);
});

for (const [name, value] of [["pool", -1], ["pool", 1.5], ["pool", 1e6], ["poolIdleMs", 0]]) {
  Deno.test(`${name} can't be ${value}`, () => {
    assert.throws(() => tcpTransport({ address: "127.0.0.1:1", [name!]: value }), {
      option: name,
    });
  });
}
