/**
 * Agents that are there and do nothing but say what they would have measured: `fleet.ts URL COUNT
 * SERIES`. Says `joined` and, once their load began, `started`; ends with its parent.
 *
 * @module
 */
import { joinPool, natsBus } from "../../distributed/mod.ts";
import { systemClock } from "../../runner/remote/mod.ts";
import { scriptedShards } from "./scripted_shards.ts";

/** Agents that share a connection. */
const A_CONNECTION = 25;

const [url, agents, series] = Deno.args;
const count = Number(agents);
let started = false;
const starter = scriptedShards(Number(series), () => {
  if (!started) console.log("started");
  started = true;
});
for (let first = 0; first < count; first += A_CONNECTION) {
  const bus = await natsBus({ connect: { urls: [url!] } });
  const ids = Array.from(
    { length: Math.min(A_CONNECTION, count - first) },
    (_, n) => `fleet-${first + n}`,
  );
  await Promise.all(ids.map((id) =>
    joinPool({
      ...{ bus, clock: systemClock, id, labels: {}, cores: 1, slots: 1, signers: [] },
      policy: { allowNet: true, allowRead: [] },
      start: () => starter,
    })
  ));
}
console.log("joined");
