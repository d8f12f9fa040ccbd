import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import {
  COUNTER,
  counterComponent,
  emptyComponent,
  withFile,
} from "./component_bytes_for_tests.ts";
import { BLASTER, componentTest, packet } from "./components_for_tests.ts";
import { hostComponent } from "./mod.ts";

/** A call that ends only when somebody ends it. */
const FOREVER = 3_600_000n;

await componentTest("blaster_small", "calls run in processes, many at a time", async (path) => {
  await using host = await hostComponent(path, { processes: 1, instances: 4 });
  const blast = (changes = {}) => host.call(BLASTER, "blast", [packet(changes)]);
  assert.equal(await blast(), undefined);
  // Four sleep side by side, and the fifth waits for one of them.
  const done = await Promise.all([1, 2, 3, 4, 5].map((n) => blast({ waitMs: 5n }).then(() => n)));
  assert.deepEqual(done, [1, 2, 3, 4, 5]);
  assert.equal(host.open, 0);
});

await componentTest("blaster_small", "a call that spins is killed, others go on", async (path) => {
  await using host = await hostComponent(path, { processes: 2, instances: 1 });
  const spinning = host.call(BLASTER, "blast", [packet({ cpuBurnMs: FOREVER })], {
    deadlineMs: 200,
  });
  const failed = assert.rejects(spinning, { name: "HostError", code: "deadline" });
  const others = async () => {
    for (let n = 0; n < 50; n++) await host.call(BLASTER, "blast", [packet()]);
  };
  await Promise.all([failed, others()]);
  // Its process is replaced.
  await Promise.all([1, 2, 3, 4].map(() => host.call(BLASTER, "blast", [packet()])));
});

await componentTest(
  "blaster_small",
  "what shares a process with one that spins is lost",
  async (path) => {
    await using host = await hostComponent(path, { processes: 1, instances: 2 });
    const sleeping = host.call(BLASTER, "blast", [packet({ waitMs: FOREVER })]);
    const spinning = host.call(BLASTER, "blast", [packet({ cpuBurnMs: FOREVER })], {
      deadlineMs: 200,
    });
    await Promise.all([
      assert.rejects(spinning, { code: "deadline" }),
      assert.rejects(sleeping, { code: "process_lost" }),
    ]);
    await host.call(BLASTER, "blast", [packet()]);
  },
);

await componentTest(
  "blaster_small",
  "a call that sleeps is given up, its process stays",
  async (path) => {
    const limits = { processes: 1, instances: 2, giveUpMs: 60_000 };
    await using host = await hostComponent(path, limits);
    const other = host.call(BLASTER, "blast", [packet({ waitMs: 400n })]);
    const late = host.call(BLASTER, "blast", [packet({ waitMs: FOREVER })], { deadlineMs: 20 });
    await assert.rejects(late, { code: "deadline", message: /blast wasn't over after 20 ms/ });
    const controller = new AbortController();
    const unwanted = host.call(BLASTER, "blast", [packet({ waitMs: FOREVER })], {
      signal: controller.signal,
    });
    controller.abort("no more");
    await assert.rejects(unwanted, { code: "aborted", cause: "no more" });
    await other;
    await until("the calls are let go of", () => host.open === 0);
  },
);

await componentTest("blaster_small", "a trap fails its call alone", async (path) => {
  await using host = await hostComponent(path, { processes: 1, instances: 2 });
  const other = host.call(BLASTER, "blast", [packet({ waitMs: 50n })]);
  const trapping = host.call(BLASTER, "blast", [packet({ memBurnMb: 5000n })]);
  await assert.rejects(trapping, {
    code: "trap",
    phase: "call",
    message: `${BLASTER}#blast: unreachable`,
  });
  await other;
  await host.call(BLASTER, "blast", [packet()]);
});

await componentTest(
  "blaster_small",
  "an instance gets no more memory than it may",
  async (path) => {
    await using host = await hostComponent(path, { processes: 1, memoryMb: 16 });
    await host.call(BLASTER, "blast", [packet({ memBurnMb: 10n })]);
    await assert.rejects(host.call(BLASTER, "blast", [packet({ memBurnMb: 17n })]), {
      code: "trap",
    });
    await host.call(BLASTER, "blast", [packet({ memBurnMb: 10n })]);
  },
);

await componentTest(
  "blaster_small",
  "an instance is reused by calls, or fresh for each",
  async () => {
    await withFile(counterComponent(), async (path) => {
      for (const [fresh, counted] of [[false, [1, 2, 3]], [true, [1, 1, 1]]] as const) {
        await using host = await hostComponent(path, { processes: 1, instances: 1, fresh });
        const next = () => host.call(COUNTER, "next", []);
        assert.deepEqual([await next(), await next(), await next()], counted);
      }
    });
  },
);

await componentTest("blaster_small", "more calls than may wait are refused", async (path) => {
  await using host = await hostComponent(path, { processes: 1, instances: 1, maxWaiting: 1 });
  const calls = [1, 2, 3].map(() => host.call(BLASTER, "blast", [packet({ waitMs: 20n })]));
  const results = await Promise.allSettled(calls);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected"]);
  await assert.rejects(calls[2]!, { code: "overloaded" });
});

await componentTest("blaster_small", "closing ends what is open", async (path) => {
  const host = await hostComponent(path, { processes: 1, instances: 1 });
  const calls = [1, 2].map(() => host.call(BLASTER, "blast", [packet({ waitMs: FOREVER })]));
  const failed = calls.map((call) => assert.rejects(call, { code: "closed" }));
  await host.close();
  await host.close();
  await Promise.all(failed);
  await assert.rejects(host.call(BLASTER, "blast", [packet()]), { code: "closed" });
});

await componentTest("blaster_small", "calls are checked before they leave", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  await assert.rejects(host.call(BLASTER, "blast", [{ id: 1 }]), { code: "value_invalid" });
  await assert.rejects(host.call(BLASTER, "burst", []), {
    code: "function_unknown",
    message: `the component has no ${BLASTER}#burst, only ${BLASTER}#blast`,
  });
  assert.deepEqual(Object.keys(host.implementation(BLASTER)), ["blast"]);
});

Deno.test("what can't be hosted says why", async () => {
  await assert.rejects(hostComponent("no/such.wasm"), { code: "component_invalid" });
  await assert.rejects(hostComponent("deno.json"), /isn't WebAssembly/);
  await assert.rejects(hostComponent("x", { instances: 0 }), { option: "instances" });
  await assert.rejects(hostComponent("x", { instanses: 1 } as object), { name: "OptionError" });
});

Deno.test("a component that needs more than is granted is refused before it runs", async () => {
  for (
    const [shape, reason] of [
      [{ imports: "acme:store/store@1.0.0" }, /it imports acme:store\/store@1.0.0/],
      [{ imports: "wasi:io/poll@0.3.0" }, /it imports wasi:io\/poll@0.3.0/],
      [{ imports: "wasi:io/poll@0.2.0" }, /it exports no interface/],
      [{ exports: "acme:a/b" }, /acme:a\/b has no functions/],
    ] as const
  ) {
    await withFile(emptyComponent(shape), async (path) => {
      const failure = { code: "component_unsupported", message: reason };
      await assert.rejects(hostComponent(path), failure);
    });
  }
});

await componentTest(
  "blaster_small",
  "a call that is given up at the start harms nobody",
  async (path) => {
    await using host = await hostComponent(path, { processes: 2, instances: 2 });
    const first = host.call(BLASTER, "blast", [packet({ waitMs: 5n })]);
    const controller = new AbortController();
    const second = host.call(BLASTER, "blast", [packet()], { signal: controller.signal }); // Starts a process.
    controller.abort();
    await assert.rejects(second, { code: "aborted" });
    await Promise.all([first, host.call(BLASTER, "blast", [packet()])]);
  },
);

await componentTest(
  "blaster_small",
  "a larger component than is taken is refused",
  async (path) => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.copyFile(path, `${folder}/a.wasm`);
      await Deno.truncate(`${folder}/a.wasm`, 2 * 1024 * 1024);
      const hosting = hostComponent(`${folder}/a.wasm`, { maxComponentMb: 1 });
      await assert.rejects(hosting, { code: "component_too_large" });
      await assert.rejects(hostComponent(path, { cacheFolder: "a,b" }), { option: "cacheFolder" });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
