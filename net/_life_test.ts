import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { bytes, isNetError } from "./_sockets_for_tests.ts";
import { IPC } from "./ipc.ts";
import type { Socket } from "./socket.ts";
import { TCP } from "./tcp.ts";
import { UDP } from "./udp/udp.ts";

const OPENERS: Record<string, () => Promise<[socket: Socket, server: Disposable]>> = {
  async tcp() {
    const server = TCP.listen();
    return [await TCP.open(server.address), { [Symbol.dispose]: () => server.close() }];
  },
  async ipc() {
    const server = IPC.listen();
    return [await IPC.open(server.address), { [Symbol.dispose]: () => server.close() }];
  },
  async udp() {
    return [await UDP.open("127.0.0.1:9"), { [Symbol.dispose]() {} }];
  },
};

for (const [kind, open] of Object.entries(OPENERS)) {
  Deno.test(`${kind}: a socket doesn't outlive the iteration that opened it, and says so`, async () => {
    const context = newContext(new Registry());
    const [socket, server] = await runInContext(context, open);
    using _ = server;
    assert.equal(context.owned?.size, 1);
    const reading = socket.read();
    closeOwned(context);
    assert.equal(socket.active, false);
    const told =
      /the socket was closed with the iteration that opened it \(open it at module level/;
    await assert.rejects(reading, isNetError("socket_closed", "read", told));
    await assert.rejects(socket.write(bytes("x")), isNetError("socket_closed", "write", told));
    await socket.done();
  });

  Deno.test(`${kind}: a socket that was closed is nobody's any more`, async () => {
    const context = newContext(new Registry());
    const [socket, server] = await runInContext(context, open);
    using _ = server;
    socket.close();
    assert.equal(context.owned?.size, 0);
  });
}
