import assert from "node:assert/strict";
import { parseNatsBench } from "./nats.ts";

const BOTH = `Starting benchmark [msgs=1000000, msgsize=128, pubs=1, subs=1]
NATS Pub/Sub stats: 2,251,887 msgs/sec ~ 274.89 MB/sec
 Pub stats: 1,146,636 msgs/sec ~ 139.97 MB/sec
 Sub stats: 1,135,569 msgs/sec ~ 138.62 MB/sec
`;

Deno.test("the rates of publishers and subscribers are told apart", () => {
  assert.equal(parseNatsBench(BOTH, "Pub"), 1_146_636);
  assert.equal(parseNatsBench(BOTH, "Sub"), 1_135_569);
  assert.equal(parseNatsBench("Pub stats: 900 msgs/sec ~ 1 KB/sec", "Pub"), 900);
});

Deno.test("what isn't nats-bench's output is shown", () => {
  assert.throws(() => parseNatsBench("nats: no servers", "Pub"), /nats: no servers/);
});
