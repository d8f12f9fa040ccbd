import assert from "node:assert/strict";
import { Events } from "../_events.ts";
import { formatAddress } from "../address.ts";
import { type Meter, unmeasured } from "../measure.ts";
import type { SocketAddress } from "../socket.ts";
import { DenoBackend } from "./deno_backend.ts";
import { NodeBackend } from "./node_backend.ts";
import type { Received, UdpBackend, UdpBinding } from "./backend.ts";
import { plainBinding } from "./open_backend.ts";
import { DatagramSocket } from "./socket.ts";

/** Where the tests bind. */
export const LOOPBACK: UdpBinding = plainBinding("127.0.0.1");

/** A way to make UDP sockets. */
export interface Kind {
  readonly name: string;
  open(binding?: UdpBinding): Promise<UdpBackend>;
}

/** The two ways. */
export const KINDS: readonly Kind[] = [
  { name: "deno", open: (binding = LOOPBACK) => Promise.resolve(new DenoBackend(binding)) },
  { name: "node", open: (binding = LOOPBACK) => NodeBackend.open(binding) },
];

/** A test for each of the two ways. */
export function testKinds(name: string, fn: (kind: Kind) => Promise<void>): void {
  for (const kind of KINDS) Deno.test(`${name} (${kind.name})`, () => fn(kind));
}

/** What a socket under test may have in place of the usual. */
export interface Extras {
  readonly meter?: Meter;
  readonly events?: Events;
  readonly idleTimeoutMs?: number;
}

/** A socket over a backend; with one peer when that is given. */
export function socketOver(
  backend: UdpBackend,
  peer?: SocketAddress,
  { meter = unmeasured(), events = new Events(), idleTimeoutMs = 0 }: Extras = {},
): DatagramSocket {
  return new DatagramSocket({
    ...{ backend, meter, events, idleTimeoutMs, lookedUp: undefined },
    timings: { lookupMs: 0, connectMs: 0, tlsMs: 0 },
    peer: peer && { transport: "udp", hostname: peer.ip, port: peer.port },
  });
}

/** A server without a peer and a client that has it for its peer; both closed on disposal. */
export interface Pair extends AsyncDisposable {
  readonly server: DatagramSocket;
  readonly client: DatagramSocket;
  /** Of the client, for `server.send`. */
  readonly address: string;
}

/** Two sockets on the loopback address. */
export async function pairOf(kind: Kind, extras?: Extras): Promise<Pair> {
  const server = socketOver(await kind.open());
  const client = socketOver(await kind.open(), server.localAddress, extras);
  const { ip, port } = client.localAddress;
  return {
    server,
    client,
    address: formatAddress({ host: ip, port }),
    [Symbol.asyncDispose]() {
      server.close();
      client.close();
      return Promise.resolve();
    },
  };
}

/** A backend whose sends and receives are what the test says. */
export class FakeBackend implements UdpBackend {
  readonly addr: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: 4000 };
  closed = 0;
  /** What the next sends throw; without one they succeed. */
  readonly sendErrors: unknown[] = [];
  readonly #waiting: { buffer: Uint8Array; done: PromiseWithResolvers<Received<Deno.NetAddr>> }[] =
    [];

  send(data: Uint8Array): Promise<number> {
    const error = this.sendErrors.shift();
    return error === undefined ? Promise.resolve(data.length) : Promise.reject(error);
  }

  receive(buffer: Uint8Array): Promise<Received<Deno.NetAddr>> {
    assert.equal(this.#waiting.length, 0, "one receive at a time");
    const done = Promise.withResolvers<Received<Deno.NetAddr>>();
    this.#waiting.push({ buffer, done });
    return done.promise;
  }

  /** Settles the pending receive. */
  arrive(data: Uint8Array, hostname: string, port: number): void {
    const { buffer, done } = this.#waiting.shift()!;
    const fits = data.subarray(0, buffer.length);
    buffer.set(fits);
    done.resolve([buffer.subarray(0, fits.length), { transport: "udp", hostname, port }]);
  }

  /** Fails the pending receive. */
  fail(error: unknown): void {
    this.#waiting.shift()!.done.reject(error);
  }

  /** Whether a receive is pending. */
  get receiving(): boolean {
    return this.#waiting.length > 0;
  }

  close(): void {
    this.closed++;
    if (this.receiving) this.fail(new Deno.errors.Interrupted("closed"));
  }

  ref(): void {}
  unref(): void {}
  joinMulticast = () => Promise.resolve();
  leaveMulticast = () => Promise.resolve();
  setBroadcast = () => Promise.resolve();
  setMulticastTtl = () => Promise.resolve();
  setMulticastLoopback = () => Promise.resolve();
}
