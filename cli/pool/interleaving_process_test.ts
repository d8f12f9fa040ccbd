import assert from "node:assert/strict";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { withScript } from "../_process_for_tests.ts";
import { downpour, startPool } from "./_pool_for_tests.ts";
import { asking, startRecording } from "./_target_for_tests.ts";

const RATE = 40;
const SECONDS = 5;
/** Arrivals of half a second, and how many of them are each agent's at least, of ten. */
const WINDOW = 20;
const LEAST = 4;

natsTest("arrivals of two agents come to the target in turn, not in bunches", async () => {
  await using pool = await startPool("", "");
  await using target = startRecording();
  await withScript(asking(SECONDS, RATE), async (path) => {
    const { code, stderr } = await downpour(
      ...["run", path, "--on", pool.server.url, "-e", `TO=${target.url}`],
    );
    assert.equal(code, 0, stderr);
  });
  const asked = target.asked.map((query) => ({ k: Number(query.get("k")), me: query.get("me")! }));
  const [a, b] = [...new Set(asked.map(({ me }) => me))];
  assert(a !== undefined && b !== undefined);
  assert(asked.length > RATE * SECONDS * 0.8, `${asked.length}`);
  // Every other arrival of the plan is one agent's: nobody does one twice.
  const rest = asked.find(({ me }) => me === a)!.k % 2;
  assert(asked.every(({ k, me }) => (k % 2 === rest) === (me === a)));
  assert.equal(new Set(asked.map(({ k }) => k)).size, asked.length);

  // So they are at the target: in each stretch both have their share,
  const shares = asked.slice(WINDOW - 1).map((_, at) =>
    asked.slice(at, at + WINDOW).filter(({ me }) => me === a).length
  );
  const where = asked.map(({ me }) => me === a ? "a" : "b").join("");
  assert(Math.min(...shares) >= LEAST && Math.max(...shares) <= WINDOW - LEAST, where);
  // and most come right behind the one that the plan has before. Were both agents to send at the same
  // moments, half of them would.
  const inOrder = asked.slice(1).filter(({ k }, at) => k > asked[at]!.k).length;
  assert(inOrder >= (asked.length - 1) * 0.75, `${inOrder} of ${asked.length - 1}: ${where}`);
});
