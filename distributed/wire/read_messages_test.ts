import assert from "node:assert/strict";
import { seededRandom } from "../virtual_clock_for_tests.ts";
import {
  encodeMessage,
  readAgentCard,
  readCommandAnswer,
  readLease,
  readPartBeat,
  readRunControl,
  readRunEnd,
  readRunSpec,
  readRunStart,
} from "./mod.ts";

const MESSAGES: readonly [string, (bytes: Uint8Array) => object, object][] = [
  ["a card", readAgentCard, {
    ...{ protocol: 1, version: "0.1.0", id: "a", labels: { zone: "eu" }, cores: 2, slots: 1 },
    ...{ running: ["r.0"], policy: { allowNet: true, allowRead: [] }, signers: [], beat: 7 },
  }],
  ["a run", readRunSpec, {
    ...{ protocol: 1, version: "0.1.0", run: "r", title: "load.ts", request: "abc" },
    ...{ agents: ["a", "b"], onLoss: "mark" },
  }],
  ["a lease", readLease, { holder: "one", epoch: 1, beat: 0 }],
  ["a start", readRunStart, { startAt: 1.5 }],
  ["a control", readRunControl, {
    epoch: 2,
    state: {
      ...{ loading: true, pausedAt: 5, resumedAt: null, lostMs: 0.5 },
      rates: { open: [{ atMs: 1, perSecond: 0 }] },
      vus: { closed: { vus: 1, maxVUs: 2 } },
    },
  }],
  ["an end", readRunEnd, { exitCode: 0, complete: true, endedAt: 3 }],
  ["a beat", readPartBeat, {
    ...{ agent: "a", sent: 3, spooledBytes: 0, lost: 0, clockOffsetMs: -3.5, clockErrorMs: null },
    ...{ startedAt: null, refused: { code: "pool_version", message: "no" } },
  }],
  ["an answer", readCommandAnswer, { taken: true, epoch: 2 }],
];

for (const [what, read, message] of MESSAGES) {
  Deno.test(`${what} is read as it was written, and refused without a field or with another type`, () => {
    assert.deepEqual(read(encodeMessage(message)), message);
    for (const name of Object.keys(message)) {
      for (const wrong of [undefined, { not: "it" }, "x".repeat(2000)]) {
        const broken = { ...message, [name]: wrong };
        // Any object is a policy to whoever only reads it.
        if (name === "policy" || name === "labels" && typeof wrong === "object") continue;
        assert.throws(() => read(encodeMessage(broken)), { code: "message_malformed" }, name);
      }
    }
  });

  Deno.test(`bytes that are no JSON of ${what} are refused, whatever they are`, () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const bytes = encodeMessage(message);
    for (let n = 0; n < 500; n++) {
      const broken = bytes.slice(0, Math.floor(random() * bytes.length * 1.2));
      for (let k = 0; k < 3 && broken.length > 0; k++) {
        broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
      }
      try {
        read(broken);
      } catch (error) {
        assert(error instanceof Error && "code" in error, `seed ${seed}: ${error}`);
        assert.equal(error.code, "message_malformed", `seed ${seed}`);
      }
    }
    assert.throws(() => read(new Uint8Array(2 << 20)), /2097152 bytes/);
  });
}

Deno.test("what was set live is refused when any of it is something else", () => {
  const state = { loading: true, pausedAt: null, resumedAt: null, lostMs: 0, rates: {}, vus: {} };
  const wrongs = [
    { loading: 1 },
    { pausedAt: "now" },
    { resumedAt: -1 },
    { lostMs: null },
    { rates: { a: [] } },
    { rates: { a: [{ atMs: 1 }] } },
    { rates: { a: [{ atMs: 1, perSecond: -1 }] } },
    { rates: [[{}]] },
    { vus: { a: { vus: 1 } } },
    { vus: { a: null } },
  ];
  for (const wrong of wrongs) {
    const bytes = encodeMessage({ epoch: 1, state: { ...state, ...wrong } });
    assert.throws(
      () => readRunControl(bytes),
      { code: "message_malformed" },
      JSON.stringify(wrong),
    );
  }
  assert.deepEqual(readRunControl(encodeMessage({ epoch: 1, state: null })).state, null);
});
