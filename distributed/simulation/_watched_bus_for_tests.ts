import type { Bus } from "../bus/bus.ts";
import { decodeRecord, readLease, readPartBeat } from "../wire/mod.ts";
import type { Truth } from "./_truth_for_tests.ts";

/** A bus of an agent: what it says of its spools and clock is written down. */
export function watchedAgentBus(bus: Bus, truth: Truth): Bus {
  return {
    ...bus,
    live: {
      ...bus.live,
      send(subject, bytes) {
        const number = /^beat\.[-\w]+\.(\d+)$/.exec(subject)?.[1];
        if (number !== undefined) {
          const { spooledBytes, clockErrorMs, startedAt } = readPartBeat(bytes);
          const part = truth.part(Number(number));
          part.spooledBytes = Math.max(part.spooledBytes, spooledBytes);
          if (!part.toldStart && clockErrorMs !== null) {
            part.clockErrorMs = Math.max(part.clockErrorMs ?? 0, clockErrorMs);
          }
          part.toldStart ||= startedAt !== null;
          part.measured = clockErrorMs !== null;
        }
        bus.live.send(subject, bytes);
      },
    },
  };
}

/** A bus of a coordinator: by which epoch it commands is written down, and who said goodbye to it. */
export function watchedCoordinatorBus(bus: Bus, name: string, truth: Truth): Bus {
  const note = (key: string, value: Uint8Array) => {
    if (key.endsWith(".lease")) truth.epochs.set(name, readLease(value).epoch);
  };
  return {
    ...bus,
    log: {
      ...bus.log,
      read: (subject, on, signal) =>
        bus.log.read(subject, (record) => {
          const part = Number(record.subject.split(".").at(-1));
          if (decodeRecord(record.bytes).kind === "bye") truth.part(part).saidGoodbye = true;
          return on(record);
        }, signal),
    },
    keys: {
      ...bus.keys,
      create(key, value) {
        note(key, value);
        return bus.keys.create(key, value);
      },
      update(key, value, revision) {
        note(key, value);
        return bus.keys.update(key, value, revision);
      },
    },
  };
}
