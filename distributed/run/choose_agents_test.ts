import assert from "node:assert/strict";
import { VERSION } from "../../internal/mod.ts";
import { type AgentCard, PROTOCOL } from "../wire/mod.ts";
import { type AgentsWanted, chooseAgents } from "./choose_agents.ts";

const WHERE = "nats://127.0.0.1:4222";

function card(id: string, rest: Partial<AgentCard> = {}): AgentCard {
  return {
    ...{ id, protocol: PROTOCOL, version: VERSION, labels: {}, cores: 4, slots: 1, running: [] },
    ...{ policy: { allowNet: true, allowRead: [] }, signers: [], beat: 1 },
    ...rest,
  };
}

function idsOf(cards: readonly AgentCard[], wanted: Partial<AgentsWanted> = {}): string[] {
  return chooseAgents(cards, { count: null, labels: {}, ...wanted }, WHERE).map(({ id }) => id);
}

function refusal(cards: readonly AgentCard[], wanted: Partial<AgentsWanted> = {}) {
  try {
    idsOf(cards, wanted);
  } catch (error) {
    assert(error instanceof Error && "code" in error);
    return { code: error.code, message: error.message };
  }
  assert.fail("it found agents");
}

Deno.test("all free agents are taken unless a number is given, in an order that does not change", () => {
  const cards = [card("c"), card("a"), card("b", { running: ["r.0"] })];
  assert.deepEqual(idsOf(cards), ["a", "c"]);
  assert.deepEqual(idsOf(cards, { count: 1 }), ["a"]);
});

Deno.test("agents that run the least come first", () => {
  const cards = [card("a", { slots: 3, running: ["r.0"] }), card("b", { slots: 3 })];
  assert.deepEqual(idsOf(cards, { count: 1 }), ["b"]);
});

Deno.test("an agent has all of the labels, or is not taken", () => {
  const cards = [
    card("a", { labels: { zone: "eu" } }),
    card("b", { labels: { zone: "eu", disk: "fast" } }),
    card("c", { labels: { zone: "us", disk: "fast" } }),
  ];
  assert.deepEqual(idsOf(cards, { labels: { zone: "eu" } }), ["a", "b"]);
  assert.deepEqual(idsOf(cards, { labels: { zone: "eu", disk: "fast" } }), ["b"]);
});

Deno.test("a refusal says what there is, and what to do", () => {
  assert.deepEqual(refusal([]), {
    code: "pool_too_small",
    message:
      `there is no agent in the pool at ${WHERE}: start one by downpour agent --nats ${WHERE}`,
  });
  const us = card("a1", { labels: { zone: "us" } });
  assert.deepEqual(refusal([us, card("a2")], { labels: { zone: "eu" } }), {
    code: "pool_too_small",
    message: "no agent has zone=eu: there are a1 (zone=us), a2 (no labels)",
  });
  assert.deepEqual(refusal([us, card("a2", { running: ["r7.1"] })], { count: 2 }), {
    code: "pool_too_small",
    message: "2 agents are wanted and 1 is free: free: a1; busy: a2 (runs r7.1)",
  });
  assert.equal(
    refusal([us, card("a2")], { count: 2, labels: { zone: "us" } }).message,
    "2 agents are wanted and 1 is free with zone=us: free: a1",
  );
});

Deno.test("an agent of another version is never taken; where they are too few both are named", () => {
  const old = card("old", { version: "0.0.1" });
  const future = card("new", { protocol: PROTOCOL + 1, version: "9.0.0" });
  assert.deepEqual(idsOf([old, card("a"), future]), ["a"]);
  assert.deepEqual(refusal([old, card("a"), future], { count: 2 }), {
    code: "pool_version",
    message: `this is downpour ${VERSION}, and runs on agents of the same version alone: ` +
      "old is 0.0.1, new is 9.0.0",
  });
  assert.equal(refusal([old]).code, "pool_version");
});

Deno.test("a refusal names a few of many agents", () => {
  const cards = Array.from({ length: 100 }, (_, k) => card(`a${k}`));
  const { message } = refusal(cards, { labels: { zone: "eu" } });
  assert.match(message, /a7 \(no labels\) and 92 more$/);
});
