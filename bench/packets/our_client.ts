/**
 * Loads a server with packet sessions of this package: see `client.ts`.
 *
 * @module
 */
import { PacketLoad, PacketParser } from "@downpour/downpour/wasm";
import { runClient } from "./client.ts";

const stamps = {
  counter: { length: 8 },
  timestamp: { start: 8, length: 8, endian: "big", unit: "microseconds" },
} as const;

/** A packet whose header says how long the body is. */
function framed(bytes: number): Uint8Array {
  const packet = new Uint8Array(bytes);
  new DataView(packet.buffer).setUint32(0, bytes - 4, true);
  return packet;
}

await runClient({
  async echo({ port, sessions, bytes, guest }) {
    const load = new PacketLoad({
      endpoints: [`127.0.0.1:${port}`],
      headerSize: 4,
      packets: { packet: framed(bytes) },
      handler: await PacketParser.load(guest),
    });
    load.create(sessions);
    await load.connect();
    // Not awaited: with thousands at full speed the runtime takes long to come to the last of them.
    load.send(0, sessions, "packet");
    return { count: () => load.stats().packetsReceived, close: () => load.close() };
  },
  async flood({ port, sessions, bytes }) {
    const load = new PacketLoad({
      endpoints: [`127.0.0.1:${port}`],
      repeat: true,
      packets: { packet: new Uint8Array(bytes) },
    });
    load.create(sessions);
    await load.connect();
    load.prepare(0, sessions, "packet", { copies: 1_000_000, ...stamps });
    load.flood();
    return { count: () => load.stats().bytesSent, close: () => load.close() };
  },
  async datagrams({ port, sessions, bytes }) {
    const load = new PacketLoad({
      endpoints: [`127.0.0.1:${port}`],
      session: "udp",
      repeat: true,
      packets: { packet: new Uint8Array(bytes) },
    });
    load.create(sessions);
    await load.connect();
    load.prepare(0, sessions, "packet", { copies: 1_000_000 });
    load.flood();
    return { count: () => load.stats().packetsSent, close: () => load.close() };
  },
});
