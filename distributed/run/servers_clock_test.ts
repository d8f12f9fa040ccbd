import assert from "node:assert/strict";
import { memoryServers } from "../bus/memory/servers.ts";
import { seededRandom, VirtualClock } from "../virtual_clock_for_tests.ts";
import { ServersClock } from "./servers_clock.ts";

/** A clock that is a minute behind that of the servers, over a way of some milliseconds. */
function behind() {
  const common = new VirtualClock(1_000_000);
  const servers = memoryServers({ time: common, random: seededRandom(1) });
  const { keys } = servers.bus("a");
  const time = { now: () => common.now() - 60_000 };
  return { common, servers, keys, clock: new ServersClock(keys, "runs.r.lease", time) };
}

Deno.test("the servers' clock is known by the quickest write", async () => {
  const { common, servers, keys, clock } = behind();
  await common.run((async () => {
    const write = () => clock.measured(() => keys.put("runs.r.lease", new Uint8Array(1)));
    servers.faults("a", { delayMs: [0, 900] });
    for (let n = 0; n < 3; n++) await write();
    await common.sleep(2000); // What is slow is no more on its way.
    servers.faults("a", { delayMs: 2 });
    await write();
    await common.sleep(1000);
    assert.equal(await clock.offsetMs(), -60_000);
  })());
});

Deno.test("who waits for a clock that will not be measured hears why", async () => {
  const { clock } = behind();
  const waiting = assert.rejects(clock.offsetMs(), /taken over/);
  clock.end(new Error("taken over"));
  await waiting;
});
