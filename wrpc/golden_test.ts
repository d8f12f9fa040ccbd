import assert from "node:assert/strict";
import { connect } from "../nats/mod.ts";
import { startNatsServer } from "../nats/server/mod.ts";
import { natsTest } from "../nats/server/servers_for_tests.ts";
import { TCP } from "../net/mod.ts";
import { GOLDEN_CALLS, type GoldenCall } from "./_golden_for_tests.ts";
import { client } from "./client.ts";
import { natsServer } from "./nats/server.ts";
import { invocationSubject } from "./nats/subjects.ts";
import { serve } from "./serve.ts";
import { tcpServer } from "./tcp/server.ts";
import type { ServerTransport } from "./transport.ts";
import golden from "./testdata/wasmtime_0_16_0.json" with { type: "json" };

/**
 * What went over TCP and NATS between this client and `wrpc-wasmtime` 0.16.0, which served a component
 * that gives back what it gets, and a blaster: it read the values and wrote them by its own codec.
 * `testdata/record.ts` recorded it.
 */
const recorded: Readonly<Record<string, typeof golden.add | undefined>> = golden;

for (const [name, call] of Object.entries(GOLDEN_CALLS)) {
  const { tcp, nats } = recorded[name]!;

  Deno.test(`${name} is asked as wrpc-wasmtime understood it, and its answer is understood`, async () => {
    await using listener = TCP.listen();
    const answering = (async () => {
      const socket = (await listener.accept())!;
      const request = await readAll(socket);
      await socket.write(Uint8Array.fromHex(tcp.response));
      await socket.closeWrite();
      socket.close();
      return request;
    })();
    await using calls = client({ wit: call.wit, tcp: listener.address });
    assert.deepEqual(await calls.call(name, call.args), call.result);
    assert.equal(await answering, tcp.request);
  });

  Deno.test(`${name} is understood and answered as wrpc-wasmtime does`, async () => {
    await using serving = await serveChecking(call, tcpServer());
    await using socket = await TCP.open(serving.address);
    await socket.write(Uint8Array.fromHex(tcp.request));
    await socket.closeWrite();
    assert.equal(await readAll(socket), tcp.response);
    assert.deepEqual(serving.asked, [call.args]);
  });

  natsTest(
    `${name} is asked over NATS as wrpc-wasmtime understood it, and its answer is understood`,
    async () => {
      await using server = await startNatsServer({ jetStream: false });
      await using peer = await connect({ urls: server.url });
      const requests: string[] = [];
      peer.subscribe(invocationSubject("here", call.instance, name), "", ({ reply, data }) => {
        requests.push(data.toHex());
        for (const { to, data } of nats.response) {
          peer.publish(reply + to, Uint8Array.fromHex(data), to === "" ? { reply: "peer" } : {});
        }
      });
      await peer.flush();
      await using calls = client({ wit: call.wit, nats: { url: server.url, prefix: "here" } });
      assert.deepEqual(await calls.call(name, call.args), call.result);
      assert.deepEqual(requests, [nats.request]);
    },
  );

  natsTest(`${name} is understood and answered over NATS as wrpc-wasmtime does`, async () => {
    await using server = await startNatsServer({ jetStream: false });
    await using serving = await serveChecking(
      call,
      natsServer({ url: server.url, prefix: "here" }),
    );
    await using peer = await connect({ urls: server.url });
    const response: unknown[] = [];
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    peer.subscribe("inbox.>", "", ({ subject, data }) => {
      response.push({ to: subject.slice("inbox.1".length), data: data.toHex() });
      if (subject.endsWith(".results") && data.length === 0) resolve();
    });
    const subject = invocationSubject("here", call.instance, name);
    peer.publish(subject, Uint8Array.fromHex(nats.request), { reply: "inbox.1" });
    await ended;
    await peer.flush();
    assert.deepEqual(response, nats.response);
    assert.deepEqual(serving.asked, [call.args]);
  });
}

async function readAll(socket: { read(): Promise<Uint8Array | null> }): Promise<string> {
  const all: number[] = [];
  for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) {
    all.push(...bytes);
  }
  return Uint8Array.from(all).toHex();
}

/** Serves as the component did; `asked` is what came. */
async function serveChecking({ wit, implementation }: GoldenCall, transport: ServerTransport) {
  const asked: unknown[] = [];
  const noting = Object.entries(implementation).map(([name, answer]) => {
    const note = (...args: unknown[]) => {
      asked.push(args);
      return answer(...args as never[]);
    };
    return [name, note] as const;
  });
  const serving = await serve(transport, { wit, implementation: Object.fromEntries(noting) });
  return {
    asked,
    address: serving.address,
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}
