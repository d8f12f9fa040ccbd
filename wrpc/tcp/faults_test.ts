import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { type StreamServer, type StreamSocket, TCP } from "../../net/mod.ts";
import { client } from "../client.ts";
import { frameHead } from "../framing/frames.ts";
import { encodeHeader } from "../framing/header.ts";
import { serve } from "../serve.ts";
import { tcpTransport, unixTransport } from "./client.ts";
import { framedServer, tcpServer, unixServer } from "./server.ts";

const WIT = `
package test:faults@0.1.0;
interface faults {
  add: func(a: u8, b: u8) -> u8;
  first: func(bytes: stream<u8>) -> u8;
  bytes: func() -> stream<u8>;
}`;

const implementation = {
  add: (a: number, b: number) => a + b,
  first: async (stream: AsyncIterable<Uint8Array>) => {
    for await (const [first] of stream) return first;
  },
  bytes: () => [Uint8Array.of(1)],
};

const header = (name: string) => encodeHeader({ instance: "test:faults/faults@0.1.0", name });
const frame = (path: number[], ...data: number[]) =>
  new Uint8Array([...frameHead(path, data.length), ...data]);

for (
  const [what, name, answer] of [
    ["before a result", "add", []],
    ["inside a stream", "bytes", [...frame([], 0), ...frame([0], 2, 7)]],
  ] as [string, string, number[]][]
) {
  Deno.test(`a server that is gone ${what} fails the call`, async () => {
    await using listener = TCP.listen();
    const answering = (async () => {
      const socket = (await listener.accept())!;
      await socket.read();
      await socket.write(Uint8Array.from(answer));
      socket.close();
    })();
    await using calls = client({ wit: WIT, tcp: listener.address, timeoutMs: 5000 });
    const call = async () => {
      const value = await calls.call(name, name === "add" ? [1, 2] : []);
      await Array.fromAsync(value as AsyncIterable<unknown>);
    };
    await assert.rejects(call(), (error: { code: string }) => {
      return ["invocation_failed", "truncated", "connection_lost"].includes(error.code);
    });
    await answering;
  });
}

Deno.test("a caller that keeps its side open is answered, and the server's side is closed first", async () => {
  await using serving = await serve(tcpServer(), { wit: WIT, implementation });
  await using socket = await TCP.open(serving.address);
  await socket.write(header("add"));
  await socket.write(frame([], 1, 2));
  assert.deepEqual(await socket.read(), frame([], 3));
  assert.equal(await socket.read(), null); // Its half is closed,
  assert.equal(serving.open, 1); // and it waits for ours.
  await socket.closeWrite();
  await until("the connection is closed", () => serving.open === 0);
});

Deno.test("a caller that has closed its side still gets what comes later", async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const { promise: late, resolve: answer } = Promise.withResolvers<number>();
  const add = () => (resolve(), late);
  await using serving = await serve(tcpServer(), {
    wit: WIT,
    implementation: { ...implementation, add },
  });
  await using socket = await TCP.open(serving.address);
  await socket.write(header("add"));
  await socket.write(frame([], 1, 2));
  await socket.closeWrite();
  await asked;
  answer(9);
  assert.deepEqual(await socket.read(), frame([], 9));
  assert.equal(await socket.read(), null);
});

Deno.test("an answer that comes while parameters are still being sent is the result", async () => {
  await using serving = await serve(tcpServer(), { wit: WIT, implementation });
  await using calls = client({ wit: WIT, tcp: serving.address, timeoutMs: 5000 });
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const endless = (async function* () {
    try {
      for (let i = 7;; i = 8) {
        yield new Uint8Array(1000).fill(i);
        await new Promise((turn) => setTimeout(turn, 0));
      }
    } finally {
      resolve();
    }
  })();
  assert.equal(await calls.call("first", [endless]), 7);
  await over; // The server wants no more, so nobody goes on making it.
});

Deno.test("thousands of calls in flight are all answered", async () => {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const wanted = 2000; // Each takes two descriptors here.
  let begun = 0;
  const add = async (a: number, b: number) => {
    if (++begun === wanted) resolve();
    await all;
    return a + b;
  };
  const options = { wit: WIT, implementation: { ...implementation, add } };
  await using serving = await serve(unixServer(), options);
  const transport = unixTransport({ path: serving.address, pool: 50 });
  await using calls = client({ wit: WIT, transport, timeoutMs: 60_000 });
  const sums = await Promise.all(
    Array.from({ length: wanted }, (_, i) => calls.call("add", [i % 200, 1])),
  );
  assert.ok(sums.every((sum, i) => sum === i % 200 + 1));
});

Deno.test("a caller that never reads is let go of after the deadline", async () => {
  const codes: string[] = [];
  const over = Promise.withResolvers<void>();
  await using serving = await serve(tcpServer(), {
    wit: "package test:faults@0.1.0; interface faults { much: func() -> list<u8>; }",
    implementation: { much: () => new Uint8Array(64 * 1024 * 1024) },
    timeoutMs: 50,
    onError: ({ code }) => (codes.push(code), over.resolve()),
  });
  await using socket = await TCP.open(serving.address);
  await socket.write(header("much"));
  await socket.closeWrite();
  await over.promise;
  await until("the connection is closed", () => serving.open === 0);
  assert.deepEqual(codes, ["deadline"]);
});

Deno.test("a full server fails calls, those without a result too", async () => {
  const wit = "package test:full; interface full { hang: func(); nothing: func(); }";
  const implementation = { hang: () => new Promise(() => {}), nothing: () => {} };
  const told: string[] = [];
  const onError = ({ code }: { code: string }) => void told.push(code);
  await using serving = await serve(tcpServer({ maxInvocations: 1 }), {
    ...{ wit, implementation, onError },
  });
  await using calls = client({ wit, transport: tcpTransport(serving.address) });
  const hanging = assert.rejects(calls.call("hang"), { code: "closed" });
  await until("it is full", () => serving.open === 1);
  for (let n = 0; n < 50; n++) {
    await assert.rejects(calls.call("nothing"), ({ code }: { code: string }) => {
      return ["invocation_failed", "connection_lost"].includes(code);
    });
  }
  assert.deepEqual(new Set(told), new Set(["overloaded"]));
  await calls.close();
  await hanging;
});

Deno.test("a server that is closed fails calls without a result too", async () => {
  const wit = "package test:full; interface full { hang: func(); }";
  for (let n = 0; n < 20; n++) {
    const implementation = { hang: () => new Promise(() => {}) };
    await using serving = await serve(tcpServer(), { wit, implementation });
    await using calls = client({ wit, tcp: serving.address });
    const failed = assert.rejects(calls.call("hang"), ({ code }: { code: string }) => {
      return ["invocation_failed", "connection_lost"].includes(code);
    });
    await until("the call is there", () => serving.open === 1);
    await serving.close();
    await failed;
  }
});

Deno.test("headers of a call are refused where nothing carries them", async () => {
  await using calls = client({ wit: WIT, transport: tcpTransport("127.0.0.1:1") });
  const call = calls.call("add", [1, 2], { headers: { a: "b" } });
  await assert.rejects(call, { name: "OptionError", option: "headers" });
});

Deno.test("a server that is closed while a header comes in doesn't wait for its function", async () => {
  const closing = Promise.withResolvers<void>();
  const listener = TCP.listen();
  /** Hands its header out only once the server has closed it. */
  const late = (socket: StreamSocket) => {
    const read = socket.read.bind(socket);
    return Object.assign(socket, {
      async read() {
        const bytes = await read();
        closing.resolve(serving.close());
        while (socket.active) await new Promise((resolve) => setTimeout(resolve, 1));
        return bytes;
      },
    });
  };
  const listen = (): StreamServer<StreamSocket> => ({
    address: listener.address,
    accept: () => listener.accept().then((socket) => socket && late(socket)),
    close: () => listener.close(),
  } as StreamServer<StreamSocket>);
  const wit = "package test:faults; interface faults { hang: func(); }";
  const hang = () => new Promise(() => {});
  const serving = await serve(framedServer("tcp", listen), { wit, implementation: { hang } });
  await using socket = await TCP.open(listener.address);
  await socket.write(encodeHeader({ instance: "test:faults/faults", name: "hang" }));
  await closing.promise;
  assert.equal(serving.open, 0);
});
