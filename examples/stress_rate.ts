/**
 * Fifty clients a second, however long the server takes: each connects, sends a packet, waits for its
 * echo and leaves.
 *
 *     deno task downpour target --packets --port 9000
 *     deno task downpour run examples/stress_rate.ts -e TARGET=127.0.0.1:9000
 */
import { check, env, scenario } from "@downpour/downpour";
import { PacketLoad } from "@downpour/downpour/wasm";

export const options = {
  scenarios: {
    clients: {
      executor: "constant-arrival-rate",
      rate: 50,
      timeUnit: "1s",
      duration: "2s",
      preAllocatedVUs: 10,
      maxVUs: 50,
    },
  },
  thresholds: {
    checks: ["rate==1"],
    packet_connecting: ["p(95)<200"],
    packet_responding: ["p(95)<200"],
    packet_sessions_failed: ["count==0"],
  },
};

// A packet is a length of four bytes and as many bytes. Nothing answers the server: this script
// reads what comes.
const load = new PacketLoad({
  endpoints: [env.TARGET ?? "127.0.0.1:9000"],
  headerSize: 4,
  bodyMax: 1024,
  length: { length: 4, endian: "big" },
  sampleRate: 1,
});

/** One client. */
export default async function client(): Promise<void> {
  await using session = await load.open();
  const request = packetOf(`client ${scenario.iterationInTest}`);
  await session.send(request);
  const response = await session.receive();
  check(response, {
    "the echo is the packet": (bytes) => bytes?.toHex() === request.toHex(),
  });
  await session.drain();
}

function packetOf(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const packet = new Uint8Array(4 + body.length);
  new DataView(packet.buffer).setUint32(0, body.length);
  packet.set(body, 4);
  return packet;
}
