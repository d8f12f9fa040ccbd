import assert from "node:assert/strict";
import { componentTest, packet } from "../wrpc/host/components_for_tests.ts";
import { client } from "../wrpc/mod.ts";
import { COMMAND, downpour, start } from "./_process_for_tests.ts";

const BLASTER_WIT = new URL("../components/wit/blaster.wit", import.meta.url);

await componentTest(
  "blaster_small",
  "downpour serve serves a component until a signal",
  async (path) => {
    const child = start("deno", [...COMMAND, "serve", path, "--tcp", "127.0.0.1:0"]);
    await child.stdout.until(/^127\.0\.0\.1:\d+\n/);
    await child.stderr.until(/xk6:wrpc\/blaster@0\.0\.1 is served; Ctrl-C ends it/);
    const tcp = child.stdout.text.trim();
    {
      await using blaster = client({ wit: await Deno.readTextFile(BLASTER_WIT), tcp });
      assert.equal(await blaster.call("blast", [packet({ memBurnMb: 1n })]), undefined);
      const trap = blaster.call("blast", [packet({ memBurnMb: 5000n })]);
      await assert.rejects(trap, { code: "invocation_failed" });
      await child.stderr.until(/unreachable/);
    }
    child.kill("SIGTERM");
    assert.equal(await child.ended(), 0);
  },
);

await componentTest("blaster_small", "downpour serve refuses what makes no sense", async (path) => {
  for (
    const [args, reason] of [
      [["--tcp", "1:1", "--nats", "a"], /--tcp and --nats exclude each other/],
      [["--tcp", "nowhere"], /--tcp is no HOST:PORT, as in 127\.0\.0\.1:8081: "nowhere"/],
      [["--prefix", "a"], /--prefix needs --nats/],
      [["--memory", "much"], /--memory is not a whole number/],
      [["--processes", "5000"], /processes is 5000: give a whole number from 1 to 1024/],
    ] as const
  ) {
    const { code, stdout, stderr } = await downpour("serve", path, ...args);
    assert.match(stderr, reason);
    assert.deepEqual([code, stdout], [104, ""]);
  }
  const { stderr } = await downpour("serve", "deno.json");
  assert.match(stderr, /this is no valid component: it isn't WebAssembly/);
});
