import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { type Way, WAYS } from "../_servers_for_tests.ts";
import { WrpcError } from "../errors.ts";
import { serve } from "../serve.ts";
import { tcpServer } from "../tcp/server.ts";
import type { Serving } from "../transport.ts";
import { blaster, blasterInterface } from "./blaster.ts";
import type { BlastOptions, Packet } from "./packet.ts";

type Blast = (packet: Packet) => unknown;

async function served(blast: Blast): Promise<Serving> {
  return await serve(tcpServer(), { wit: blasterInterface(), implementation: { blast } });
}

/** What a packet asks for when it arrives. */
async function arrived(options?: BlastOptions): Promise<Omit<Packet, "id">> {
  const packets: Packet[] = [];
  await using server = await served((packet) => void packets.push(packet));
  await using blasts = blaster({ tcp: server.address });
  await blasts.blast(options);
  assert.equal(packets.length, 1);
  const { id, ...rest } = packets[0]!;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  return rest;
}

const NOTHING = { payload: new Uint8Array(0), memBurnMb: 0n, cpuBurnMs: 0n, waitMs: 0n };

for (const way of WAYS) {
  Deno.test(`packets arrive over ${way.name} as they were asked for`, () => arriveOver(way));
}

async function arriveOver(way: Way): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const packets: Packet[] = [];
  const serving = stack.use(
    await serve(await way.server(stack), {
      wit: blasterInterface(),
      implementation: { blast: (packet: Packet) => void packets.push(packet) },
    }),
  );
  const blasts = stack.use(blaster(way.choice(serving)));
  await blasts.blast({ payload: "x".repeat(3_000_000), cpu_burn_ms: 1, wait_ms: 3 });
  await Promise.all(Array.from({ length: 20 }, () => blasts.blast()));
  const [first] = packets;
  assert.equal(first?.payload.length, 3_000_000);
  assert.deepEqual([first.cpuBurnMs, first.memBurnMb, first.waitMs], [1n, 0n, 3n]);
  assert.equal(new Set(packets.map(({ id }) => id)).size, 21, "each has an id of its own");
}

Deno.test("a packet without options asks for nothing", async () => {
  assert.deepEqual(await arrived(), NOTHING);
});

Deno.test("xk6-wrpc's names and camelCase ones say the same", async () => {
  const expected = {
    payload: new TextEncoder().encode("grüße"),
    ...{ memBurnMb: 2n, cpuBurnMs: 1n, waitMs: 3n },
  };
  const seed = { cpu_burn_ms: 1, memory_burn_mb: 2, wait_ms: 3, timeout_ms: 10_000 };
  assert.deepEqual(await arrived({ ...seed, payload: "grüße" }), expected);
  const camel = { cpuBurnMs: 1, memoryBurnMb: 2, waitMs: 3, timeoutMs: "10s" };
  assert.deepEqual(await arrived({ ...camel, payload: "grüße" }), expected);
});

Deno.test("a payload may be bytes", async () => {
  const payload = Uint8Array.of(0, 255);
  assert.deepEqual(await arrived({ payload }), { ...NOTHING, payload });
  assert.deepEqual(await arrived({ payload: payload.buffer }), { ...NOTHING, payload });
});

const REFUSED: readonly (readonly [what: string, options: object, option: string, said: RegExp])[] =
  [
    ["a name twice", { wait_ms: 1, waitMs: 1 }, "waitMs", /wait_ms and waitMs are the same/],
    ["two limits", { timeout: 1, timeout_ms: 1 }, "timeout_ms", /the same/],
    ["a misspelt name", { cpu_bum_ms: 1 }, "cpu_bum_ms", /did you mean cpu_burn_ms/],
    ["a negative number", { wait_ms: -1 }, "wait_ms", /wait_ms is -1/],
    ["a fraction", { cpuBurnMs: 0.5 }, "cpuBurnMs", /0\.5/],
    ["text for a number", { memory_burn_mb: "1" }, "memory_burn_mb", /whole number/],
    ["a payload of another type", { payload: 7 }, "payload", /payload is number/],
    ["a limit of nothing", { timeout: 0 }, "timeout", /timeout is 0/],
    ["tags that are objects", { tags: { a: {} } }, "tags", /tag a is object/],
  ];

for (const [what, options, option, said] of REFUSED) {
  Deno.test(`${what} in a packet is refused`, async () => {
    await using blasts = blaster({ tcp: "127.0.0.1:1" });
    await assert.rejects(blasts.blast(options), (error) => {
      assert(error instanceof OptionError);
      assert.equal(error.option, option);
      assert.match(error.message, said);
      return true;
    });
  });
}

Deno.test("a blaster without a way to its server, or with two, is refused", () => {
  assert.throws(() => blaster({}), /takes one of nats, tcp, unix, transport: none is given/);
  assert.throws(() => blaster({ tcp: "a:1", unix: "/b" }), /tcp and unix is given/);
  assert.throws(() => blaster(Object({ tpc: "a:1" })), /did you mean tcp/);
});

Deno.test("operations, failures and durations are counted with the tags of all three places", async () => {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using server = await served(({ waitMs }) => {
      if (waitMs > 0n) throw new Error("no rest for you");
    });
    await using blasts = blaster({ tcp: server.address, tags: { scenario: "basic", shift: 1 } });
    await blasts.blast();
    await blasts.blast({ tags: { shift: "late" } });
    await assert.rejects(blasts.blast({ wait_ms: 1 }), { code: "invocation_failed" });
  });
  const total = (name: string, tags: Record<string, string>) => {
    const found = registry.select(name, tags);
    assert(found?.type === "counter", name);
    return found.total;
  };
  assert.equal(total("wrpc_blaster_operation", { scenario: "basic" }), 3);
  assert.equal(total("wrpc_blaster_operation", { shift: "late" }), 1);
  assert.equal(total("wrpc_blaster_transport_error", { code: "invocation_failed", shift: "1" }), 1);
  const duration = registry.select("wrpc_blaster_duration");
  assert(duration?.type === "trend" && duration.histogram.count === 2, "failures have none");
});

Deno.test("a packet that isn't answered in time fails with its deadline", async () => {
  await using server = await served(() => new Promise(() => {}));
  await using blasts = blaster({ tcp: server.address });
  await assert.rejects(blasts.blast({ timeout: 30 }), { code: "deadline" });
  await using others = blaster({ tcp: server.address, timeout: "30ms" });
  await assert.rejects(others.blast(), { code: "deadline" });
});

Deno.test("a blaster ends with the virtual user that made it", async () => {
  await using server = await served(() => {});
  const context = newContext(new Registry());
  const blasts = runInContext(context, () => blaster({ tcp: server.address }));
  await blasts.blast();
  await closeContext(context);
  await assert.rejects(
    blasts.blast(),
    (error) => error instanceof WrpcError && error.code === "closed",
  );
});
