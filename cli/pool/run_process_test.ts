import assert from "node:assert/strict";
import { joinPool, natsBus } from "../../distributed/mod.ts";
import { systemClock } from "../../runner/remote/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { COMMAND, start, withScript } from "../_process_for_tests.ts";
import { assertWhole, begin, downpour, scriptOf, startPool } from "./_pool_for_tests.ts";

natsTest("a run on local agents is as one on this machine, and says how each did", async () => {
  await withScript(scriptOf(2), async (path) => {
    const summary = `${path}.json`;
    const { code, stdout, stderr } = await downpour(
      ...["run", path, "--on", "local", "--agents", "2", "--shards", "1"],
      ...["--summary-json", summary],
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /started nats-server .* and 2 agents of 1 process/);
    assert.match(stderr, /run \w{8} on 2 agents: local-1, local-2/);
    assertWhole(stdout, 80);
    assert.match(stdout, /local-1 .*done/);
    assert.match(stdout, /local-2 .*done/);
    JSON.parse(await Deno.readTextFile(summary));
  });
});

Deno.test("what --on local may not do, or can't find, is said with what to do", async () => {
  await withScript(scriptOf(1), async (path) => {
    const child = start("deno", [...COMMAND, "run", path, "--on", "local"]);
    assert.equal(await child.ended(), 2);
    assert.match(child.stderr.text, /--allow-run=bash {2}to find and start nats-server/);
    const without = await downpour("run", path, "--on", "locl");
    assert.equal(without.code, 104);
    assert.match(without.stderr, /"locl" \(did you mean local\?\)/);
    const nobody = await downpour("run", path, "--on", "nats://127.0.0.1:1");
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /no NATS server is reached at nats:\/\/127\.0\.0\.1:1: .*refused/);
  });
});

natsTest("agents are listed, chosen by their labels, and named where they don't fit", async () => {
  await using pool = await startPool("zone=eu", "zone=us,disk=fast");
  const { url } = pool.server;
  const list = await downpour("agents", "--nats", url);
  assert.match(list.stdout, /agent-1 +\S+ +1 +0 of 1 +zone=eu/);
  const cards = JSON.parse((await downpour("agents", "--nats", url, "--json")).stdout);
  assert.deepEqual(cards.map(({ id }: { id: string }) => id), ["agent-1", "agent-2"]);

  await withScript(scriptOf(1), async (path) => {
    const us = await downpour("run", path, "--on", url, "--where", "zone=us");
    assert.equal(us.code, 0, us.stderr);
    assert.match(us.stderr, /on 1 agent: agent-2/);
    assert.match(us.stderr, new RegExp(`downpour attach \\w{8} --nats ${url}`));

    const mars = await downpour("run", path, "--on", url, "--where", "zone=mars");
    assert.equal(mars.code, 1);
    assert.match(
      mars.stderr,
      /no agent has zone=mars: there are agent-1 \(zone=eu\), agent-2 \(zone=us, disk=fast\)/,
    );
    const three = await downpour("run", path, "--on", url, "--agents", "3");
    assert.match(three.stderr, /3 agents are wanted and 2 are free: free: agent-1, agent-2/);
  });
});

natsTest("a shared array is made by one agent alone, and all of them read it", async () => {
  await using pool = await startPool("", "");
  const script = `
    import { SharedArray } from "k6/data";
    import { fail } from "k6";
    const users = new SharedArray("users", () => {
      console.log("making users");
      return [{ name: "ada" }, { name: "alan" }];
    });
    export const options = { vus: 2, iterations: 20 };
    export default () => {
      if (users[1].name !== "alan") fail("no alan");
    };
  `;
  await withScript(script, async (path) => {
    const { code, stdout, stderr } = await downpour("run", path, "--on", pool.server.url);
    assert.equal(code, 0, stderr);
    assert.equal(stderr.split("making users").length - 1, 1, stderr);
    assert.match(stdout, /iterations {2}20 planned, 20 started, 20 completed$/m);
    assert.match(stdout, /agent-1 .* 10 .*\n.*agent-2 .* 10 /);
  });
});

natsTest("an agent that is killed is noticed, and the run says what it lost", async () => {
  await using pool = await startPool("", "");
  await withScript(scriptOf(12), async (path) => {
    const child = begin("run", path, "--on", pool.server.url, "--loss-after", "3s");
    await child.stderr.until(/begun/);
    await pool.agents[1]!.kill();
    await child.stderr.until(/agent agent-2 says nothing/);
    const code = await child.ended();
    assert.equal(code, 109, child.stderr.text);
    assert.match(child.stdout.text, /agent-2 .*lost/);
    assert.match(child.stdout.text, /480 planned/);
  });
});

natsTest("a run whose coordinator was killed is gone on with, and nothing is missing", async () => {
  await using pool = await startPool("", "");
  const { url } = pool.server;
  await withScript(scriptOf(10), async (path) => {
    const child = begin("run", path, "--on", url);
    await child.stderr.until(/begun/);
    child.kill("SIGKILL");
    await child.ended();
    const id = /downpour attach (\w{8})/.exec(child.stderr.text)![1]!;
    const wrong = await downpour("attach", "nobody", "--nats", url);
    assert.match(wrong.stderr, new RegExp(`no run nobody is at .*: there are ${id}`));
    const attached = await downpour("attach", id, "--nats", url);
    assert.equal(attached.code, 0, attached.stderr);
    assertWhole(attached.stdout, 400);
    assert.match((await downpour("attach", id, "--nats", url)).stderr, /there is none/);
  });
});

natsTest("a nats-server that is killed and started again costs a run nothing", async () => {
  await using pool = await startPool("", "");
  await withScript(scriptOf(10), async (path) => {
    const child = begin("run", path, "--on", pool.server.url);
    await child.stderr.until(/begun/);
    await pool.server.restart({ kill: true });
    const code = await child.ended();
    assert.equal(code, 0, child.stderr.text);
    assertWhole(child.stdout.text, 400);
  });
});

natsTest("an agent of another version gets no part, and both versions are named", async () => {
  await using pool = await startPool();
  const bus = await natsBus({ connect: { urls: [pool.server.url] } });
  const member = await joinPool({
    ...{ bus, clock: systemClock, id: "old", labels: {}, cores: 1, slots: 1, signers: [] },
    policy: { allowNet: true, allowRead: [] },
    start: () => assert.fail("it starts nothing"),
    version: "0.0.1",
  });
  try {
    await withScript(scriptOf(1), async (path) => {
      const { code, stderr } = await downpour("run", path, "--on", pool.server.url);
      assert.equal(code, 1);
      assert.match(stderr, /this is downpour \d+\.\d+\.\d+, .*: old is 0\.0\.1/);
    });
  } finally {
    await member.close();
    await bus.close();
  }
});
