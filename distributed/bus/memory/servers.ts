import type { Bus } from "../bus.ts";
import { ACK_WAIT_MS } from "../bus.ts";
import { isBelow, matches } from "../subjects.ts";
import type { Time } from "../time.ts";
import { memoryBus, type MemoryBusOptions } from "./bus.ts";
import { type MemoryConnection, memoryConnection } from "./connection.ts";
import type { MemoryFaults } from "./faults.ts";
import { nothingKept } from "./kept.ts";
import type { Servers, WaitKind } from "./shared.ts";

/** How the servers and the members' connections behave. Times are in milliseconds. */
export interface MemoryServersOptions {
  /** The clock of all. */
  readonly time: Time;
  /** From 0 to below 1: what chances and delays go by. The same numbers make the same run. */
  readonly random: () => number;
  /** Longest record, value and live message, bytes. Default: 1 MiB less 4 KiB, as NATS' default */
  readonly maxBytes?: number;
  /** How long keys are kept after they were written. Default: a day */
  readonly keyTtlMs?: number;
  /** A job whose taker is silent for so long is offered again. Default: `ACK_WAIT_MS` */
  readonly ackWaitMs?: number;
  /** How long a member that is cut off believes that it is connected. Default: 4000 */
  readonly noticeMs?: number;
  /** How long it takes to connect again. Default: 250 */
  readonly reconnectMs?: number;
}

/** Servers that are a stand-in: a pool's members share them, and a test breaks them. */
export interface MemoryServers {
  /** A bus of a member. One that comes again with the same name has the same faults. */
  bus(member: string, options?: MemoryBusOptions): Bus;
  /** What goes wrong on the way of a member from now on; nothing without faults. */
  faults(member: string, faults: MemoryFaults): void;
  /** Cuts a member off: nothing gets through, and it notices that after a while. */
  partition(member: string): void;
  /** Ends that. */
  heal(member: string): void;
  /** All servers end: every member loses its connection at once. */
  stop(): void;
  /** They are there again, with or without what they kept. */
  start(options?: { readonly lost?: boolean }): void;
  /** Whether the servers are without a leader: live messages pass, calls get no answer. */
  electing(on: boolean): void;
  /** The last records that they acknowledged are gone, as with writes that weren't on disk. */
  loseRecords(count: number): void;
  /** Ids that came before are known no longer: what comes again is kept twice. */
  forgetIds(): void;
  /** How many records of a subject they keep. */
  recordsOf(subject: string): number;
}

/** Servers of a pool in memory, with nothing kept yet. */
export function memoryServers(options: MemoryServersOptions): MemoryServers {
  const { time, random, noticeMs = 4000, reconnectMs = 250 } = options;
  const members = new Map<string, { faults: MemoryFaults; cut: boolean }>();
  const connections = new Set<MemoryConnection>();
  const waiting = new Set<{ kind: WaitKind; name: string; wake: () => void }>();
  let kept = nothingKept();
  let running = true;
  let choosing = false;

  const member = (name: string) => {
    const known = members.get(name) ?? { faults: {}, cut: false };
    members.set(name, known);
    return known;
  };
  const look = (reset: boolean) => {
    for (const connection of [...connections]) connection.look(reset);
  };
  const shared: Servers = {
    time,
    random,
    maxBytes: options.maxBytes ?? 1024 * 1024 - 4096,
    keyTtlMs: options.keyTtlMs ?? 24 * 3_600_000,
    ackWaitMs: options.ackWaitMs ?? ACK_WAIT_MS,
    listeners: new Set(),
    kept: () => kept,
    serving: () => running && !choosing,
    changed(kind, name) {
      for (const one of [...waiting]) {
        if (one.kind !== kind) continue;
        if (kind === "keys" ? isBelow(one.name, name) : matches(one.name, name)) one.wake();
      }
    },
    async untilChanged(kind, name, ms, signal) {
      if (signal.aborted) return;
      const over = new AbortController();
      const wake = () => over.abort();
      const one = { kind, name, wake };
      waiting.add(one);
      signal.addEventListener("abort", wake);
      await time.sleep(ms, over.signal);
      waiting.delete(one);
      signal.removeEventListener("abort", wake);
    },
  };

  return {
    bus(name, busOptions = {}) {
      const known = member(name);
      const connection = memoryConnection({
        time,
        random,
        noticeMs,
        reconnectMs,
        reachable: () => running && !known.cut,
        faults: () => known.faults,
      });
      connections.add(connection);
      connection.whenClosed(() => {
        connections.delete(connection);
        for (const listener of shared.listeners) {
          if (listener.connection === connection) shared.listeners.delete(listener);
        }
      });
      return memoryBus(shared, connection, () => known.faults, busOptions);
    },
    faults(name, faults) {
      member(name).faults = faults;
    },
    partition(name) {
      member(name).cut = true;
      look(false);
    },
    heal(name) {
      member(name).cut = false;
      look(false);
    },
    stop() {
      running = false;
      look(true);
    },
    start({ lost = false } = {}) {
      if (lost) kept = nothingKept();
      running = true;
      look(false);
    },
    electing(on) {
      choosing = on;
    },
    loseRecords(count) {
      kept.records.splice(Math.max(0, kept.records.length - count));
    },
    forgetIds() {
      kept.logIds.clear();
      kept.jobIds.clear();
    },
    recordsOf: (subject) =>
      kept.records.filter((record) => matches(subject, record.subject)).length,
  };
}
