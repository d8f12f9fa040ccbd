import assert from "node:assert/strict";
import { formatPacketResults, packetGoals, type PacketResults } from "./report.ts";

const nothing = (): PacketResults => ({
  ...{ rates: new Map(), sessions: [], loop: { ours: [], wasmtime: [] } },
});
const figure = (perSecond: number) => ({ perSecond, cpuUs: 2, bytesEach: 30_000 });

Deno.test("rates are compared with the bare loop of the same round", () => {
  const results = {
    ...nothing(),
    rates: new Map([["UDP flood, 256 sessions", {
      ours: [figure(80), figure(90)],
      bare: [figure(100), figure(90)],
    }]]),
    sessions: [figure(1)],
    loop: { ours: [{ packetsPerSecond: 1.2e7, cpuSecondsPerMillion: 0.1 }], wasmtime: [] },
  };
  const goals = new Map(packetGoals(results).map((goal) => [goal.figure, goal]));
  assert.equal(goals.get("UDP flood, 256 sessions, of a bare loop's")?.value?.median, 0.9);
  assert.equal(goals.get("memory of a session, of 5000")?.value?.median, 30);
  assert.equal(goals.get("parser loop, 64 B heartbeat")?.value?.median, 12);
  assert.equal(goals.get("parser loop, of wasmtime's")?.value, null);
  assert.match(formatPacketResults(results), /UDP flood, 256 sessions: bare +95/);
});

Deno.test("what was not measured is in no table", () => {
  assert.equal(formatPacketResults(nothing()), "nothing was measured");
});
