import assert from "node:assert/strict";
import { seeded } from "../_random_for_tests.ts";
import { noIterations } from "../ledger.ts";
import { type Frame, FrameDecoder, FrameError, FrameType } from "./frames.ts";
import {
  decodeCommand,
  decodeEvent,
  encodeCommand,
  encodeEvent,
  type ShardEvent,
} from "./protocol.ts";

const frameOf = (bytes: Uint8Array): Frame => [...new FrameDecoder().push(bytes)][0]!;
const control = (value: unknown): Frame => (
  { type: FrameType.control, payload: new TextEncoder().encode(JSON.stringify(value)) }
);

const EVENTS: ShardEvent[] = [
  { kind: "answer", id: 3, value: { a: [1, "ä"] } },
  { kind: "answer", id: 3, value: null },
  { kind: "failure", id: 4, error: { code: "setup_threw", message: "no" } },
  { kind: "failure", id: 4, error: { code: null, message: "no" } },
  { kind: "heartbeat" },
  { kind: "samples", batch: new Uint8Array([1, 0, 255]) },
  { kind: "log", entry: { level: "warn", text: "two\nlines", source: "script" } },
  {
    kind: "failures",
    samples: [{
      ...{ kind: "status 503", method: "GET", url: "http://h/?q=***", status: 503, message: "" },
      ...{ body: null, note: "no body" },
    }],
  },
  { kind: "abort", reason: "enough" },
  { kind: "fail", reason: "wrong total" },
  {
    kind: "delta",
    status: {
      counts: { ...noIterations(), planned: 7, started: 7, completed: 5 },
      open: { started: 1, dropped: 2, waited: 0 },
      lateness: [[3, 4]],
      vus: { active: 2, peak: 3, existing: 4 },
      cpuMs: 12.5,
      loadCpuMs: 0,
      lag: [[0, 5], [17, 1]],
    },
    metrics: new Uint8Array([1, 2, 255]),
  },
];

Deno.test("every event arrives as it was sent", () => {
  for (const event of EVENTS) assert.deepEqual(decodeEvent(frameOf(encodeEvent(event))), event);
});

Deno.test("commands arrive as they were sent", () => {
  const command = { id: 1, call: "stop", args: { now: true } } as const;
  assert.deepEqual(decodeCommand(frameOf(encodeCommand(command))), command);
  assert.throws(
    () => decodeCommand({ type: FrameType.delta, payload: new Uint8Array(4) }),
    FrameError,
  );
});

Deno.test("events of a wrong shape are refused", () => {
  const table: unknown[] = [
    null,
    [],
    5,
    {},
    { kind: "answer" },
    { kind: "answer", id: "1" },
    { kind: "answer", id: -1 },
    { kind: "failure", id: 1 },
    { kind: "failure", id: 1, error: { message: 5 } },
    { kind: "log", entry: { level: "loud", text: "", source: "run" } },
    { kind: "log", entry: { level: "info", text: 5, source: "run" } },
    { kind: "log", entry: { level: "info", text: "", source: "kernel" } },
    { kind: "failures", samples: {} },
    { kind: "failures", samples: [null] },
    { kind: "failures", samples: [{ kind: "a", method: "b", url: "c", message: "", note: "" }] },
    { kind: "abort", reason: 5 },
    { kind: "heartbeat" },
    { kind: "delta", status: {} },
  ];
  for (const value of table) {
    assert.throws(
      () => decodeEvent(control(value)),
      { code: "frame_malformed" },
      JSON.stringify(value),
    );
  }
  const invalid = { type: FrameType.control, payload: new Uint8Array([0xff, 0xfe]) };
  assert.throws(() => decodeEvent(invalid), { code: "frame_malformed" });
});

Deno.test("damaged events decode to an event or to a typed error", () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const random = seeded(seed);
    const { type, payload } = frameOf(encodeEvent(EVENTS[random(EVENTS.length)]!));
    for (let i = 1 + random(3); i > 0 && payload.length > 0; i--) {
      payload[random(payload.length)] = random(256);
    }
    try {
      const event = decodeEvent({ type, payload: payload.subarray(0, payload.length - random(2)) });
      if (event.kind === "delta") assert.ok(event.status.counts.planned >= 0, `seed ${seed}`);
    } catch (error) {
      assert.ok(error instanceof FrameError, `seed ${seed}: ${error}`);
    }
  }
});
