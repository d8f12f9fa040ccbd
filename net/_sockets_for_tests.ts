import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { NetError, type NetErrorCode, type NetPhase } from "./errors.ts";
import type { Socket, TcpSocket } from "./socket.ts";
import { TCP } from "./tcp.ts";
import type { TcpOptions } from "./tcp_options.ts";
import type { TcpServer } from "./listen.ts";

/** Two ends of one loopback connection, and the server between them; all closed on disposal. */
export interface Pair extends AsyncDisposable {
  readonly client: TcpSocket;
  readonly peer: TcpSocket;
  readonly server: TcpServer;
}

/** Connects to a fresh loopback server. */
export async function connectPair(options?: TcpOptions): Promise<Pair> {
  const server = TCP.listen();
  const [client, peer] = await Promise.all([TCP.open(server.address, options), server.accept()]);
  assert.ok(peer !== null);
  return {
    client,
    peer,
    server,
    [Symbol.asyncDispose]() {
      client.close();
      peer.close();
      server.close();
      return Promise.resolve();
    },
  };
}

/** A socket whose peer has reset the connection: closing a listener resets what it hasn't accepted. */
export async function connectToReset(): Promise<TcpSocket> {
  const server = TCP.listen();
  const client = await TCP.open(server.address);
  server.close();
  return client;
}

/** A predicate for `assert.rejects` and `assert.throws`. */
export function isNetError(code: NetErrorCode, phase?: NetPhase, message?: RegExp) {
  return (error: unknown): true => {
    assert.ok(error instanceof NetError, `not a NetError: ${error}`);
    assert.equal(error.code, code, error.message);
    if (phase !== undefined) assert.equal(error.phase, phase);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

/** Reads to the end. */
export async function readAll(socket: Socket): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await socket.read(); chunk !== null; chunk = await socket.read()) {
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** All chunks in one. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

/** Bytes of text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of bytes. */
export function text(data: Uint8Array | null): string | null {
  return data === null ? null : new TextDecoder().decode(data);
}

/** Bytes with a pattern that shows a lost, doubled or moved byte. */
export function pattern(length: number, seed: number = 1): Uint8Array {
  const data = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return data;
}
