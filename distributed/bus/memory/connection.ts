import { PoolError } from "../../errors.ts";
import type { Time } from "../time.ts";
import { delayOf, happens, type MemoryFaults } from "./faults.ts";
import { type Lane, lane } from "./lane.ts";

/** What a connection goes by. */
export interface ConnectionSettings {
  readonly time: Time;
  /** From 0 to below 1; faults with a chance, and delays with a range, ask it. */
  readonly random: () => number;
  /** Whether anything gets through right now. */
  readonly reachable: () => boolean;
  readonly faults: () => MemoryFaults;
  /** How long a member hears nothing until it takes the connection for lost. */
  readonly noticeMs: number;
  /** How long it takes to connect again. */
  readonly reconnectMs: number;
}

/** A member's connection to the servers: both ways in order, both lost together. */
export interface MemoryConnection {
  /** Whether the member believes that it is connected. */
  readonly connected: boolean;
  readonly closed: boolean;
  /** To the servers. `again` is run for a duplicate. */
  up(deliver: () => void, canRepeat?: boolean): void;
  /** From the servers. */
  down(deliver: () => void): void;
  /** Looks again whether the servers can be reached; `reset`: the loss is known at once. */
  look(reset: boolean): void;
  /** Calls `on` with each change of `connected`. Returns what ends that. */
  watch(on: (connected: boolean) => void): () => void;
  /** Calls `on` when it is closed. Returns what ends that. */
  whenClosed(on: () => void): () => void;
  close(): void;
}

/** A connection of one member. */
export function memoryConnection(settings: ConnectionSettings): MemoryConnection {
  const { time, random, reachable, faults } = settings;
  const watchers = new Set<(connected: boolean) => void>();
  const enders = new Set<() => void>();
  let connected = reachable();
  let wasReachable = connected;
  let closed = false;
  let generation = 0;
  let [upLane, downLane]: [Lane, Lane] = [lane(time), lane(time)];
  let turning: AbortController | null = null;

  const cut = () => {
    generation++;
    [upLane, downLane] = [lane(time), lane(time)];
  };
  const tell = (now: boolean) => {
    if (connected === now) return;
    connected = now;
    for (const on of [...watchers]) on(now);
  };
  /** What was sent before a cut never arrives. */
  const unlessCut = (deliver: () => void) => {
    const sentIn = generation;
    return () => {
      if (sentIn === generation && !closed && reachable()) deliver();
    };
  };
  const turnAfter = async (ms: number, to: boolean) => {
    const mine = turning = new AbortController();
    if (ms > 0) await time.sleep(ms, mine.signal);
    if (!mine.signal.aborted && reachable() === to) tell(to);
  };

  return {
    get connected() {
      return connected;
    },
    get closed() {
      return closed;
    },
    up(deliver, canRepeat = false) {
      if (!reachable() || happens(faults().drop, random)) return;
      const times = canRepeat && happens(faults().duplicate, random) ? 2 : 1;
      for (let i = 0; i < times; i++) upLane(delayOf(faults(), random), unlessCut(deliver));
    },
    down(deliver) {
      if (!reachable()) return;
      downLane(delayOf(faults(), random), unlessCut(deliver));
    },
    look(reset) {
      const now = reachable();
      if (closed || now === wasReachable) return;
      wasReachable = now;
      turning?.abort();
      if (!now) cut();
      if (!now && reset) tell(false);
      else if (now !== connected) {
        void turnAfter(now ? settings.reconnectMs : settings.noticeMs, now);
      }
    },
    watch(on) {
      watchers.add(on);
      return () => void watchers.delete(on);
    },
    whenClosed(on) {
      enders.add(on);
      return () => void enders.delete(on);
    },
    close() {
      if (closed) return;
      closed = true;
      turning?.abort();
      cut();
      tell(false);
      for (const end of [...enders]) end();
    },
  };
}

/** What every call of a closed bus rejects with. */
export function closedError(what: string): PoolError {
  return new PoolError("bus_lost", `${what}: the bus is closed`);
}
