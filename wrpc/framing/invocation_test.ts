import assert from "node:assert/strict";
import { type StreamSocket, TCP } from "../../net/mod.ts";
import { WrpcError } from "../errors.ts";
import { frameHead } from "./frames.ts";
import { FramedInvocation } from "./invocation.ts";

/** An invocation, the peer's end of it, and its own end. */
async function pair(): Promise<
  & { readonly invocation: FramedInvocation; readonly peer: StreamSocket }
  & { readonly closed: Promise<void> }
  & AsyncDisposable
> {
  const listener = TCP.listen();
  const accepted = listener.accept();
  const socket = await TCP.open(listener.address);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const invocation = new FramedInvocation(socket, [], false, resolve);
  const peer = (await accepted)!;
  return { invocation, peer, closed, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

const FRAME = 1024 * 1024;

/** Writes more than the system takes while nobody reads. */
function writeMuch(invocation: FramedInvocation): Promise<unknown> {
  const root = invocation.write([]);
  return Promise.allSettled(Array.from({ length: 32 }, () => root.write(new Uint8Array(FRAME))));
}

const aborted = () => new WrpcError("aborted", "send", "on purpose");

Deno.test("an invocation that is aborted lets go of a peer that never reads", async () => {
  await using both = await pair();
  const sent = writeMuch(both.invocation);
  both.invocation.abort(aborted());
  await both.closed;
  await sent;
  both.peer.close();
});

Deno.test("an invocation that is aborted twice still tells the peer behind what it sent", async () => {
  await using both = await pair();
  const sent = writeMuch(both.invocation);
  both.invocation.abort(aborted());
  both.invocation.abort(aborted());
  let bytes = 0;
  for (let read = await both.peer.read(FRAME); read !== null; read = await both.peer.read(FRAME)) {
    bytes += read.length;
  }
  assert.equal(bytes, 32 * (frameHead([], FRAME).length + FRAME) + 1); // A frame that is cut.
  await both.closed;
  await sent;
  both.peer.close();
});
