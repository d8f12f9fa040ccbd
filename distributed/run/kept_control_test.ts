import assert from "node:assert/strict";
import type { ControlState } from "../../runner/mod.ts";
import { memoryServers } from "../bus/memory/servers.ts";
import { controlKey } from "../names.ts";
import { seededRandom, VirtualClock } from "../virtual_clock_for_tests.ts";
import { encodeMessage, readRunControl } from "../wire/mod.ts";
import { endRun } from "./end.ts";
import { keepControl } from "./kept_control.ts";
import { takeLease, takeOverLease } from "./lease.ts";

/** What was set at a time: a pause. */
function pausedAt(at: number, lostMs = 0): ControlState {
  return { loading: true, pausedAt: at, resumedAt: null, lostMs, rates: {}, vus: {} };
}

/** Coordinators of the run `r` in virtual time, each with a clock that is off by so much. */
async function inTime(
  test: (world: {
    first(holder: string, offMs?: number): Promise<Held>;
    next(holder: string, offMs?: number): Promise<Held>;
    servers: ReturnType<typeof memoryServers>;
    clock: VirtualClock;
  }) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock(1_000_000);
  const servers = memoryServers({ time: clock, random: seededRandom(3) });
  const leases: Held["lease"][] = [];
  const held = async (holder: string, offMs: number, takesOver: boolean): Promise<Held> => {
    const { keys } = servers.bus(holder);
    const time = {
      now: () => clock.now() + offMs,
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    const options = { keys, time, run: "r", holder };
    const lease = await (takesOver ? takeOverLease(options, true) : takeLease(options));
    leases.push(lease);
    return { lease, control: await keepControl(keys, "r", lease, takesOver) };
  };
  await clock.run((async () => {
    await test({
      first: (holder, offMs = 0) => held(holder, offMs, false),
      next: (holder, offMs = 0) => held(holder, offMs, true),
      ...{ servers, clock },
    });
    for (const lease of leases) lease.end();
  })());
}

interface Held {
  lease: Awaited<ReturnType<typeof takeLease>>;
  control: Awaited<ReturnType<typeof keepControl>>;
}

Deno.test("who takes over is given what was set, by its own clock", async () => {
  await inTime(async ({ first, next }) => {
    const { control } = await first("a", 60_000);
    assert.equal(control.before, null);
    await control.keep(pausedAt(1_060_000));
    await control.keep(pausedAt(1_061_000, 7));
    const { control: taken } = await next("b", -5000);
    const { pausedAt: at, ...rest } = taken.before!;
    assert(Math.abs(at! - (1_001_000 - 5000)) < 20, `${at}`);
    const { pausedAt: _, ...wanted } = pausedAt(0, 7);
    assert.deepEqual(rest, wanted);
    await taken.keep(pausedAt(2_000_000));
    assert.deepEqual((await next("c")).control.before?.lostMs, 0);
  });
});

Deno.test("nothing was set, and nothing is given", async () => {
  await inTime(async ({ first, next }) => {
    await first("a");
    assert.equal((await next("b")).control.before, null);
  });
});

Deno.test("a coordinator that was replaced keeps nothing any more, and learns of it", async () => {
  for (const wrote of [false, true]) {
    await inTime(async ({ first, next, servers }) => {
      const { lease, control } = await first("a");
      if (wrote) await control.keep(pausedAt(1));
      const { control: taken } = await next("b");
      await assert.rejects(control.keep(pausedAt(2)), { code: "run_fenced" });
      assert.equal(lease.fenced.aborted, true);
      await assert.rejects(control.keep(pausedAt(3)), { code: "run_fenced" });
      assert.equal(taken.before === null, !wrote);
      const entry = await servers.bus("other").keys.get(controlKey("r"));
      assert.equal(readRunControl(entry!.value).epoch, 2);
    });
  }
});

Deno.test("what servers have lost is kept again with the next change", async () => {
  await inTime(async ({ first, next, servers }) => {
    const { control } = await first("a");
    await control.keep(pausedAt(1_000_000, 1));
    const { keys } = servers.bus("servers");
    await keys.delete(controlKey("r"));
    await control.keep(pausedAt(1_000_000, 2));
    // An older write of the same coordinator, as servers have it that lost the last ones.
    await keys.put(controlKey("r"), encodeMessage({ epoch: 1, state: pausedAt(1_000_000, 1) }));
    await control.keep(pausedAt(1_000_000, 3));
    assert.equal((await next("b")).control.before?.lostMs, 3);
  });
});

Deno.test("a run that has ended keeps nothing", async () => {
  await inTime(async ({ first, servers, clock }) => {
    const { lease, control } = await first("a");
    await control.keep(pausedAt(1));
    const bus = servers.bus("b");
    await endRun(bus, clock, { run: "r", parts: 0, exitCode: 0, complete: true });
    assert.equal(await bus.keys.get(controlKey("r")), null);
    await assert.rejects(control.keep(pausedAt(2)), { code: "run_fenced" });
    assert.equal(lease.fenced.aborted, true);
    assert.equal(await bus.keys.get(controlKey("r")), null);
  });
});
