import assert from "node:assert/strict";
import type { RunEvents, RunHandle, RunRequest, RunResult } from "../runner/mod.ts";
import { fakeHost, fakeResult } from "./_fakes_for_tests.ts";
import { main } from "./main.ts";

/** Runs `downpour URL` with a run that ends when it is told to. */
function quick(args: readonly string[], host = fakeHost()) {
  const result = Promise.withResolvers<RunResult>();
  const started = Promise.withResolvers<void>();
  const handle = {
    result: result.promise,
    stop: (code?: number) => result.resolve(fakeResult({ exitCode: code ?? 105 })),
    pause: () => Promise.resolve(),
    status: () => ({ phase: "running", paused: false, thresholds: [], vus: 1, vusMax: 1 }),
  } as unknown as RunHandle;
  const start = (_request: RunRequest, _events?: RunEvents) => {
    started.resolve();
    return handle;
  };
  const code = main(["http://127.0.0.1:1/", "-q", ...args], { host, start });
  return { code, host, result, started: started.promise };
}

Deno.test("without an address nothing listens, with one the API stops the run with 103", async () => {
  const host = fakeHost({ env: { DOWNPOUR_ADDRESS: "127.0.0.1:0" } });
  const without = quick([]);
  await without.started;
  without.result.resolve(fakeResult());
  await without.code;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const address = `127.0.0.1:${port}`;
  const { code, started } = quick(["--address", address], host);
  await started;
  const body = JSON.stringify({ data: { attributes: { stopped: true } } });
  const answer = await fetch(`http://${address}/v1/status`, { method: "PATCH", body });
  assert.equal((await answer.json()).data.id, "default");
  assert.equal(await code, 103);
  await assert.rejects(fetch(`http://${address}/v1/status`));
});

Deno.test("a run that was told to stop is not waited behind, whatever it exits with", async () => {
  for (const exitCode of [103, 105, 109, 110]) {
    const host = fakeHost();
    const options = { ...fakeResult().options, linger: true };
    const handle = {
      result: Promise.resolve(fakeResult({ options, exitCode })),
      status: () => ({ stopped: true }),
    } as unknown as RunHandle;
    assert.equal(
      await main(["http://127.0.0.1:1/", "-q"], { host, start: () => handle }),
      exitCode,
    );
    assert.equal(host.listeners, 0);
  }
});

Deno.test("an address or token that can't be used is refused by the name of what set it", async () => {
  const table: [args: string[], env: Record<string, string>, message: RegExp][] = [
    [["--address", "x:y"], {}, /^downpour: --address takes HOST:PORT, not "x:y"/],
    [[], { DOWNPOUR_ADDRESS: "x:y" }, /^downpour: DOWNPOUR_ADDRESS takes HOST:PORT/],
    [["--address", ":0", "--token", "a b"], {}, /^downpour: --token may have letters/],
    [["--address", ":0"], { DOWNPOUR_TOKEN: "a b" }, /^downpour: DOWNPOUR_TOKEN may have/],
    [["--address", "0.0.0.0:0"], {}, /^downpour: --address 0\.0\.0\.0:0 would let other/],
  ];
  for (const [args, env, message] of table) {
    const { code, host } = quick(args, fakeHost({ env }));
    assert.equal(await code, 104);
    assert.match(host.stderr, message);
    assert.ok(!host.stderr.includes("a b"));
  }
});

Deno.test("the terminal is given back however a run ends", async () => {
  for (const end of ["resolves", "rejects", "throws"] as const) {
    const host = fakeHost({ keys: true, live: true });
    const start = () => {
      if (end === "throws") throw new Error("no shard could be started");
      const result = end === "resolves"
        ? Promise.resolve(fakeResult())
        : Promise.reject(new Error("no luck"));
      return { result } as unknown as RunHandle;
    };
    await main(["http://127.0.0.1:1/"], { host, start });
    const taken = end === "throws" ? 0 : 1;
    assert.deepEqual([host.readers, host.listeners, host.restored], [0, 0, taken], end);
  }
});
