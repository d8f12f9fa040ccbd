import assert from "node:assert/strict";
import type { Bus } from "../bus/bus.ts";
import {
  decodeRecord,
  encodeMessage,
  encodeRecord,
  readClockAnswer,
  readPartBeat,
  readPartCommand,
} from "../wire/mod.ts";
import { violations } from "./_invariants_for_tests.ts";
import type { Schedule } from "./_schedule_for_tests.ts";
import type { Sabotage } from "./_observed_for_tests.ts";
import { simulate } from "./_world_for_tests.ts";

/** One agent, one coordinator, nothing that fails. */
const CALM: Schedule = {
  seed: 1,
  agents: [{ offsetMs: 0, cores: 1, faults: { delayMs: 2 } }],
  ...{ wanted: 1, onLoss: "mark", lossAfterMs: 8000, loadMs: 6000, deltaMs: 500, chatty: false },
  coordinatorOffsetsMs: [0],
  coordinatorFaults: { delayMs: 2 },
  incidents: [],
};

/** Shows that a schedule is all right, and is not with something broken on purpose. */
function mutation(
  name: string,
  schedule: Partial<Schedule>,
  sabotage: Sabotage,
  expected: RegExp,
): void {
  Deno.test(`the simulation finds ${name}`, async () => {
    const whole = { ...CALM, ...schedule };
    assert.deepEqual(violations(whole, await simulate(whole)), []);
    assert.match(violations(whole, await simulate(whole, sabotage)).join("\n"), expected);
  });
}

mutation(
  "records that are merged twice",
  {},
  { bus: (bus, member) => isCoordinator(member) ? renumbered(bus, () => 2) : bus },
  /protocol|torn/,
);

mutation(
  "a record that is left out",
  {},
  {
    bus: (bus, member) =>
      isCoordinator(member) ? renumbered(bus, (seen) => seen === 12 ? 0 : 1) : bus,
  },
  /protocol|merged \d+ of \d+/,
);

mutation(
  "commands of an older coordinator",
  {
    coordinatorOffsetsMs: [0, 0],
    incidents: [
      { atMs: 1500, what: "election", on: true },
      { atMs: 1600, what: "election", on: false },
      { atMs: 1800, what: "attach", force: true },
    ],
  },
  {
    bus: (bus, member) =>
      isCoordinator(member)
        // It does not hear that it was replaced.
        ? {
          ...bus,
          keys: { ...bus.keys, update: (...write) => bus.keys.update(...write).catch(() => 1) },
        }
        : withCommands(bus, (command) => ({ ...command, epoch: 9 })),
  },
  /heard epochs 1.*2.*1/,
);

mutation(
  "a command that is done twice",
  { agents: [{ offsetMs: 0, cores: 1, faults: { delayMs: 2, drop: 0.3 } }] },
  {
    bus: (bus, member) => {
      let n = 0;
      return isCoordinator(member) ? bus : withCommands(bus, (command) => ({
        ...command,
        key: command.command === null ? command.key : `${command.key}.${n++}`,
      }));
    },
  },
  /was done \d+ times/,
);

mutation(
  "a spool without a bound",
  {
    chatty: true,
    loadMs: 20_000,
    lossAfterMs: 30_000,
    incidents: [
      { atMs: 3000, what: "partition", agent: 0 },
      { atMs: 21_000, what: "heal", agent: 0 },
    ],
  },
  { spoolBytes: 64 * 1024 * 1024 },
  /its spool held \d+ bytes/,
);

mutation(
  "a start at another moment",
  {},
  {
    bus: (bus, member) =>
      isCoordinator(member) ? bus : {
        ...bus,
        live: {
          ...bus.live,
          async request(subject, bytes, timeoutMs) {
            const answer = readClockAnswer(await bus.live.request(subject, bytes, timeoutMs));
            return encodeMessage({ ...answer, now: answer.now + 300 });
          },
        },
      },
  },
  /was to start -300.* ms off/,
);

mutation(
  "a beginning that is told by the agent's own clock",
  {
    agents: [{ offsetMs: 60_000, cores: 1, faults: { delayMs: 2 } }],
    coordinatorOffsetsMs: [-30_000],
  },
  {
    bus: (bus, member) =>
      isCoordinator(member) ? bus : {
        ...bus,
        live: {
          ...bus.live,
          send(subject, bytes) {
            if (!subject.startsWith("beat.")) return bus.live.send(subject, bytes);
            const beat = readPartBeat(bytes);
            const startedAt = beat.startedAt === null ? null : beat.startedAt + beat.clockOffsetMs!;
            bus.live.send(subject, encodeMessage({ ...beat, startedAt }));
          },
        },
      },
  },
  /says it began (9\d{4}|89999)\.?\d* ms off/,
);

function isCoordinator(member: string): boolean {
  return member.startsWith("coordinator");
}

/** A bus whose log's records are numbered anew as they come, each as often as `times` says. */
function renumbered(bus: Bus, times: (seen: number) => number): Bus {
  return {
    ...bus,
    log: {
      ...bus.log,
      read(subject, on, signal) {
        let sequence = 0;
        let seen = 0;
        return bus.log.read(subject, async (record) => {
          seen++;
          for (let n = times(seen); n > 0; n--) {
            sequence++;
            const bytes = encodeRecord({ ...decodeRecord(record.bytes), sequence });
            await on({ ...record, bytes });
          }
        }, signal);
      },
    },
  };
}

/** A bus that has commands changed as they come. */
function withCommands(
  bus: Bus,
  change: (command: ReturnType<typeof readPartCommand>) => ReturnType<typeof readPartCommand>,
): Bus {
  return {
    ...bus,
    live: {
      ...bus.live,
      handle: (subject, on, signal) =>
        bus.live.handle(
          subject,
          (bytes, at) =>
            on(
              subject.startsWith("down.") ? encodeMessage(change(readPartCommand(bytes))) : bytes,
              at,
            ),
          signal,
        ),
    },
  };
}
