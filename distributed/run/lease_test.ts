import assert from "node:assert/strict";
import { memoryServers } from "../bus/memory/servers.ts";
import { leaseKey } from "../names.ts";
import { seededRandom, VirtualClock } from "../virtual_clock_for_tests.ts";
import { readLease } from "../wire/mod.ts";
import { takeLease, takeOverLease } from "./lease.ts";

/** Gives a test servers in virtual time, and what a lease of the run `r` goes by. */
async function inTime(
  test: (
    of: (holder: string) => Parameters<typeof takeLease>[0],
    clock: VirtualClock,
    servers: ReturnType<typeof memoryServers>,
  ) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock(1_000_000);
  const servers = memoryServers({ time: clock, random: seededRandom(3) });
  const of = (holder: string) => {
    return { keys: servers.bus(holder).keys, time: clock, run: "r", holder };
  };
  await clock.run(test(of, clock, servers));
}

Deno.test("a lease is renewed while its holder lives, and not taken from it unasked", async () => {
  await inTime(async (of, clock) => {
    const first = await takeLease(of("a"));
    await clock.sleep(5000);
    const entry = await of("a").keys.get(leaseKey("r"));
    assert.deepEqual([readLease(entry!.value).holder, first.epoch], ["a", 1]);
    assert(readLease(entry!.value).beat >= 4);
    await assert.rejects(takeOverLease(of("b"), false), { code: "run_fenced" });
    await assert.rejects(takeLease(of("c")), { code: "bus_conflict" });
    assert.equal(first.fenced.aborted, false);
    first.end();
  });
});

Deno.test("a dead holder's lease goes to one that asks, with the next epoch", async () => {
  await inTime(async (of) => {
    const first = await takeLease(of("a"));
    first.end();
    const both = await Promise.allSettled([
      takeOverLease(of("b"), false),
      takeOverLease(of("c"), false),
    ]);
    const taken = both.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    assert.deepEqual(taken.map(({ epoch }) => epoch), [2]);
    const refused = both.find((one) => one.status === "rejected")!;
    assert.equal(refused.reason.code, "run_fenced");
    for (const lease of taken) lease.end();
  });
});

Deno.test("a holder that was replaced while it was away learns who has taken over", async () => {
  await inTime(async (of, clock, servers) => {
    const first = await takeLease(of("a"));
    servers.partition("a");
    const second = await takeOverLease(of("b"), true);
    await clock.sleep(5000);
    servers.heal("a");
    await clock.sleep(40_000);
    assert.equal(first.fenced.aborted, true);
    assert.match(String(first.fenced.reason), /b has taken over run r/);
    assert.equal(second.fenced.aborted, false);
    second.end();
  });
});

Deno.test("servers that forgot a lease are told of it again", async () => {
  await inTime(async (of, clock, servers) => {
    const first = await takeLease(of("a"));
    servers.stop();
    await clock.sleep(1000);
    servers.start({ lost: true });
    await clock.sleep(10_000);
    assert.equal(first.fenced.aborted, false);
    const entry = await of("a").keys.get(leaseKey("r"));
    assert.equal(readLease(entry!.value).holder, "a");
    first.end();
  });
});

Deno.test("a run that nobody began has no lease to take", async () => {
  await inTime(async (of) => {
    await assert.rejects(takeOverLease(of("a"), true), { code: "run_unknown" });
  });
});
