/**
 * Connections that are kept alive by heartbeats: each virtual user has 25 of them, which send pings
 * and answer those of the server, by a parser in WebAssembly.
 *
 *     deno task downpour target --packets --port 9000 --heartbeat 100ms
 *     deno task downpour run examples/stress_heartbeat.ts \
 *       -e TARGET=127.0.0.1:9000 --allow-read examples,components/parsers
 *
 * `stress_heartbeat.ldsh` is the like as a stress script.
 */
import { check, env, sleep } from "@downpour/downpour";
import { open } from "@downpour/downpour/data";
import { PacketLoad, PacketParser } from "@downpour/downpour/wasm";

const SESSIONS = 25;
const ROUNDS = 5;

export const options = {
  vus: 4,
  iterations: 4,
  thresholds: {
    checks: ["rate==1"],
    packet_connections_failed: ["count==0"],
    packet_sessions_failed: ["count==0"],
    packet_traps: ["count==0"],
    packet_responding: ["p(95)<500"],
  },
};

// A length of four bytes and as many bytes: the kind, a sequence and a time. The parser reads the
// length itself.
const parser = await PacketParser.load("../components/parsers/heartbeat.wasm");
const ping = new Uint8Array(open(import.meta.resolve("./packets/ping.bin"), "b"));
const sequence = { start: 5, length: 4, endian: "big" } as const;
const time = { start: 9, length: 8, endian: "big", unit: "milliseconds" } as const;

/** Connects, sends ten pings on each connection once in a while, and leaves. */
export default async function heartbeats(): Promise<void> {
  await using load = new PacketLoad({
    endpoints: [env.TARGET ?? "127.0.0.1:9000"],
    headerSize: 4,
    bodyMax: 1024,
    sampleRate: 10,
    packets: { ping },
    handler: parser,
  });
  load.create(SESSIONS);
  await load.connect();
  for (let round = 0; round < ROUNDS; round++) {
    await load.send(0, SESSIONS, "ping", { copies: 10, counter: sequence, timestamp: time });
    await sleep(0.2);
  }
  const { open: alive, packetsSent, packetsReceived } = load.stats();
  check(null, {
    "every connection is alive": () => alive === SESSIONS,
    "heartbeats were answered": () => packetsReceived > 0 && packetsSent > SESSIONS * ROUNDS * 10,
  });
  await load.drain();
}
