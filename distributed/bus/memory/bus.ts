import type { Bus } from "../bus.ts";
import { memoryBlobs, memoryKeys } from "./stores.ts";
import { memoryCalls } from "./calls.ts";
import type { MemoryConnection } from "./connection.ts";
import type { MemoryFaults } from "./faults.ts";
import { memoryLive } from "./live.ts";
import { memoryJobs, memoryLog } from "./streams.ts";
import type { Servers } from "./shared.ts";

/** How a member uses the servers. Times are in milliseconds. */
export interface MemoryBusOptions {
  /** How long calls go on trying through an outage. Default: 30 000 */
  readonly patienceMs?: number;
  /** How long the answer to one attempt of a call may take. Default: 1000 */
  readonly attemptMs?: number;
}

/** A member's bus. */
export function memoryBus(
  servers: Servers,
  connection: MemoryConnection,
  faults: () => MemoryFaults,
  options: MemoryBusOptions,
): Bus {
  const times = { patienceMs: options.patienceMs ?? 30_000, attemptMs: options.attemptMs ?? 1000 };
  const { time, random, serving, maxBytes } = servers;
  const call = memoryCalls({ time, random, connection, faults, serving });
  return {
    keys: memoryKeys(servers, call, times),
    blobs: memoryBlobs(servers, call, times),
    log: memoryLog(servers, call, times),
    jobs: memoryJobs(servers, connection, call, times),
    live: memoryLive(servers, connection, call, times),
    maxBytes,
    onConnection(on) {
      on(connection.connected);
      return connection.watch(on);
    },
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}
