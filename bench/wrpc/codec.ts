/**
 * How fast values are encoded and decoded, with nothing in between: calls over a transport that
 * swallows parameters and always answers the same. Prints figures by name, as JSON.
 *
 * @module
 */
import wrpc, { type ChannelReader, type Invocation, type Transport } from "@downpour/downpour/wrpc";

const WIT = `
package bench:codec@0.1.0;
interface codec {
  record packet { id: string, payload: list<u8>, mem-burn-mb: u64, cpu-burn-ms: u64, wait-ms: u64 }
  put-bytes: func(bytes: list<u8>);
  get-bytes: func() -> list<u8>;
  put-packets: func(packets: list<packet>);
  get-packets: func() -> list<packet>;
}`;

const seconds = Number(Deno.args[0]);
const MIB = 1024 * 1024;
const PACKETS = 1000;
const bytes = new Uint8Array(MIB).fill(7);
const packet = {
  id: "3f0a1b9c-7c1e-4f6a-9a52-0d7a3f1c2b4d",
  payload: new Uint8Array(16),
  memBurnMb: 1n,
  cpuBurnMs: 20n,
  waitMs: 300n,
};
const packets = Array.from({ length: PACKETS }, () => packet);

/** What was put last; the answer to what is got. */
let last: Uint8Array = new Uint8Array(0);
const done = () => Promise.resolve();

function reader(answer: Uint8Array | null): ChannelReader {
  let left = answer;
  const read = () => {
    const chunk = left;
    left = null;
    return Promise.resolve(chunk);
  };
  return { read, unread() {}, end() {}, cancel() {} };
}

const transport: Transport = {
  kind: "memory",
  invoke(_instance, name, params): Promise<Invocation> {
    if (name.startsWith("put")) last = params;
    const answer = name.startsWith("get") ? last : null;
    return Promise.resolve({
      broken: new Promise<never>(() => {}),
      read: () => reader(answer),
      write: () => ({ write: done, close: done }),
      closeWrite: done,
      close: done,
      abort() {},
    });
  },
  close: done,
};

const client = wrpc.client({ wit: WIT, transport, timeoutMs: Infinity });

/** Calls in a second. */
async function rate(name: string, args: readonly unknown[]): Promise<number> {
  for (let i = 0; i < 200; i++) await client.call(name, args);
  const begin = performance.now();
  let calls = 0;
  do {
    for (let i = 0; i < 10; i++) await client.call(name, args);
    calls += 10;
  } while (performance.now() - begin < seconds * 1000);
  return calls * 1000 / (performance.now() - begin);
}

const figures = {
  "encode list<u8>": await rate("put-bytes", [bytes]) * MIB / 1e6,
  "decode list<u8>": await rate("get-bytes", []) * MIB / 1e6,
  "encode packets": await rate("put-packets", [packets]) * PACKETS,
  "decode packets": await rate("get-packets", []) * PACKETS,
};
console.log(JSON.stringify(figures));
