import assert from "node:assert/strict";
import { componentTest, packet } from "../wrpc/host/components_for_tests.ts";
import { startNatsServer } from "../nats/server/mod.ts";
import { serversHere } from "../nats/server/servers_for_tests.ts";
import { client } from "../wrpc/mod.ts";
import { parseCommandLine } from "./args.ts";
import { COMMAND, downpour, start } from "./_process_for_tests.ts";

const BLASTER_WIT = new URL("../components/wit/blaster.wit", import.meta.url);
const SERVED = /xk6:wrpc\/blaster@0\.0\.1 is served; Ctrl-C ends it/;

await componentTest(
  "blaster_small",
  "downpour serve serves a component until a signal",
  async (path) => {
    const child = start("deno", [...COMMAND, "serve", path, "--tcp", "127.0.0.1:0"]);
    await child.stdout.until(/^127\.0\.0\.1:\d+\n/);
    await child.stderr.until(SERVED);
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

if (serversHere) {
  await componentTest(
    "blaster_small",
    "downpour serve serves over NATS: its prefix, its queue, and no more memory than it may have",
    async (path) => {
      await using server = await startNatsServer({ jetStream: false });
      const { url } = server;
      const flags = ["--nats", url, "--prefix", "here", "--queue", "workers", "--memory", "16"];
      const child = start("deno", [...COMMAND, "serve", path, ...flags, "--processes", "1"]);
      await child.stderr.until(SERVED);
      assert.equal(child.stdout.text, `${url} here\n`);
      const { subscriptions_list: all } = await server.monitor("/subsz?subs=1") as {
        subscriptions_list: { subject: string; qgroup?: string }[];
      };
      const blasts = all.filter(({ subject }) => subject.startsWith("here."));
      assert.deepEqual(blasts.map(({ subject, qgroup }) => [subject, qgroup]), [
        ["here.wrpc.0.0.1.xk6:wrpc/blaster@0.0.1.blast", "workers"],
      ]);
      {
        const nats = { url, prefix: "here" };
        await using blaster = client({ wit: await Deno.readTextFile(BLASTER_WIT), nats });
        assert.equal(await blaster.call("blast", [packet({ memBurnMb: 8n })]), undefined);
        const trap = blaster.call("blast", [packet({ memBurnMb: 20n })]);
        await assert.rejects(trap, { code: "invocation_failed" });
        await child.stderr.until(/unreachable/);
        assert.equal(await blaster.call("blast", [packet({ memBurnMb: 8n })]), undefined);
      }
      child.kill("SIGTERM");
      assert.equal(await child.ended(), 0);
    },
  );
} else Deno.test.ignore("downpour serve serves over NATS (needs nats-server)", () => {});

await componentTest(
  "blaster_small",
  "downpour serve ends a call over a Unix socket that takes longer than --timeout",
  async (path) => {
    const socket = await Deno.makeTempFile();
    await Deno.remove(socket);
    const flags = ["--unix", socket, "--timeout", "1s", "--instances", "1", "--fresh"];
    const child = start("deno", [...COMMAND, "serve", path, ...flags]);
    await child.stderr.until(SERVED);
    assert.equal(child.stdout.text, `${socket}\n`);
    {
      const wit = await Deno.readTextFile(BLASTER_WIT);
      await using blaster = client({ wit, unix: socket });
      const spinning = blaster.call("blast", [packet({ cpuBurnMs: 60_000n })]);
      await assert.rejects(spinning, { code: "invocation_failed" });
      await child.stderr.until(/isn't complete after 1000 ms/);
    }
    child.kill("SIGTERM");
    assert.equal(await child.ended(), 0);
  },
);

Deno.test("every flag of downpour serve is one of its own", () => {
  const nats = ["--nats", "nats://a:1", "--prefix", "p", "--queue", "q"];
  const limits = ["--processes", "2", "--instances", "1", "--timeout", "5s", "--memory", "16"];
  const line = parseCommandLine(["serve", "a.wasm", ...nats, ...limits, "--fresh", "-q"]);
  assert.deepEqual(line, {
    command: "serve",
    component: "a.wasm",
    flags: {
      ...{ nats: "nats://a:1", prefix: "p", queue: "q" },
      ...{ processes: "2", instances: "1", timeout: "5s", memory: "16", fresh: true, quiet: true },
    },
  });
  const plain = parseCommandLine(["serve", "a.wasm", "--unix", "/tmp/a.sock"]);
  assert.deepEqual(plain, {
    command: "serve",
    component: "a.wasm",
    flags: { unix: "/tmp/a.sock" },
  });
});

await componentTest("blaster_small", "downpour serve refuses what makes no sense", async (path) => {
  for (
    const [args, reason] of [
      [["--tcp", "1:1", "--nats", "a"], /--tcp and --nats exclude each other/],
      [["--tcp", "nowhere"], /--tcp is no HOST:PORT, as in 127\.0\.0\.1:8081: "nowhere"/],
      [["--prefix", "a"], /--prefix needs --nats/],
      [["--queue", "a"], /--queue needs --nats/],
      [["--unix", "a", "--nats", "a"], /--unix and --nats exclude each other/],
      [["--timeout", "soon"], /--timeout is not a duration/],
      [["--instances", "0"], /--instances is not a whole number/],
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
