import process from "node:process";
import { compileGuest, createGuest } from "@downpour/downpour/wasm";
import { heartbeat, heartbeatGuest } from "./heartbeat.ts";

const PACKET_BYTES = 64;
/** Packets between two looks at the clock. */
const BATCH = 100_000;

/** What the guest loop reached on its one thread. */
export interface ParserLoopFigure {
  readonly packetsPerSecond: number;
  /** User and system CPU for a million packets. */
  readonly cpuSecondsPerMillion: number;
}

/**
 * Hands heartbeats of 64 bytes to a parser, with all checks and copies, and looks at each response.
 * The peer in `rust/` does the same.
 */
export async function measureParserLoop(seconds: number): Promise<ParserLoopFigure> {
  const guest = createGuest(compileGuest(await heartbeatGuest()));
  const packet = heartbeat(PACKET_BYTES);
  const runBatch = (): void => {
    for (let i = 0; i < BATCH; i++) {
      packet[1] = i;
      const size = guest.respond(packet);
      const { buffer } = guest;
      if (size !== PACKET_BYTES || buffer[0] !== 2 || buffer[1] !== packet[1]) {
        throw new Error(`the guest gave a response of ${size} bytes`);
      }
    }
  };
  for (let i = 0; i < 5; i++) runBatch(); // until all of it is optimized

  let packets = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const end = started + seconds * 1000;
  while (performance.now() < end) {
    runBatch();
    packets += BATCH;
  }
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu); // microseconds
  return {
    packetsPerSecond: packets / elapsedMs * 1000,
    cpuSecondsPerMillion: (user + system) / packets,
  };
}
