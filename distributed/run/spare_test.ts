import assert from "node:assert/strict";
import { VERSION } from "../../internal/mod.ts";
import { type AgentCard, PROTOCOL } from "../wire/mod.ts";
import { chooseSpare } from "./spare.ts";

function card(id: string, rest: Partial<AgentCard> = {}): AgentCard {
  return {
    ...{ id, protocol: PROTOCOL, version: VERSION, labels: {}, cores: 4, slots: 1, running: [] },
    ...{ policy: { allowNet: true, allowRead: [] }, signers: [], beat: 1 },
    ...rest,
  };
}

const busy = (id: string, slots: number) => card(id, { slots, running: ["r.0"] });

Deno.test("an agent that is not in the run takes over before one that is", () => {
  const cards = [busy("a", 2), busy("b", 2), card("c")];
  assert.equal(chooseSpare(cards, ["a", "b"], new Set(["b"]), {}), "c");
});

Deno.test("else the one that does the least of the run and has a free slot", () => {
  const cards = [busy("a", 3), busy("b", 2), busy("c", 3)];
  assert.equal(chooseSpare(cards, ["a", "b", "c", "a"], new Set(["b"]), {}), "c");
});

Deno.test("nobody takes over without a free slot, the labels or the version, or who is lost", () => {
  const cards = [busy("a", 1), card("b"), card("c", { labels: { zone: "us" } })];
  const old = card("d", { labels: { zone: "eu" }, version: "0.0.1" });
  const labels = { zone: "eu" };
  assert.equal(chooseSpare([...cards, old], ["a", "b"], new Set(["b"]), labels), null);
  assert.equal(chooseSpare(cards.slice(0, 2), ["a", "b"], new Set(["b"]), {}), null);
});
