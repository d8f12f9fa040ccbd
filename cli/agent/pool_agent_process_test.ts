import assert from "node:assert/strict";
import { type AgentCard, AGENTS, natsBus } from "../../distributed/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { startNatsServer } from "../../nats/server/mod.ts";
import { inFolder } from "../_folders_for_tests.ts";
import { start } from "../_process_for_tests.ts";
import { COMMAND, run, serve } from "./_servers_for_tests.ts";

/** What agents of a pool say of themselves. */
async function cardsAt(url: string): Promise<AgentCard[]> {
  const bus = await natsBus({ connect: { urls: [url] } });
  try {
    const entries = await bus.keys.list(AGENTS);
    return entries.map(({ value }) => JSON.parse(new TextDecoder().decode(value)));
  } finally {
    await bus.close();
  }
}

async function publicKeyPem(): Promise<{ pem: string; base64: string }> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { publicKey } = pair as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)).toBase64();
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)).toBase64();
  return { pem: `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`, base64: raw };
}

natsTest("an agent joins a pool with what it was told, and leaves it on a signal", async () => {
  await using server = await startNatsServer();
  const { pem, base64 } = await publicKeyPem();
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/key.pem`, pem);
    await using agent = await serve(
      ...["agent", "--nats", server.url, "--id", "one", "--labels", "zone=eu"],
      ...["--slots", "2", "--shards", "3", "--allow-net", "a.example", "--allow-read", "/data"],
      ...["--signer", `${folder}/key.pem`],
    );
    assert.equal(agent.url, "one");
    const [card] = await cardsAt(server.url) as [AgentCard];
    assert.deepEqual([card.id, card.labels, card.slots, card.cores, card.signers], [
      "one",
      { zone: "eu" },
      2,
      3,
      [base64],
    ]);
    assert.deepEqual([card.policy.allowNet, card.policy.allowRead], [["a.example"], ["/data"]]);

    const second = await run("agent", "--nats", server.url, "--id", "one");
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /an agent called one is in the pool already/);

    assert.equal(await agent.end(), 0);
    assert.match(agent.said(), /joined the pool at nats:\/\/127\.0\.0\.1:\d+/);
    assert.deepEqual(await cardsAt(server.url), []);
  });
});

natsTest("without a name an agent is called by its process", async () => {
  await using server = await startNatsServer();
  await using agent = await serve("agent", "--nats", server.url, "--quiet");
  assert.match(agent.url, /^[-\w]+-\d+$/);
  assert.equal(agent.said(), "");
});

natsTest(
  "a queued script that asks for agents runs on the pool of the agent with the queue",
  async () => {
    await using server = await startNatsServer();
    await inFolder(async (folder) => {
      await using _member = await serve("agent", "--nats", server.url, "--id", "member");
      await using agent = await serve(
        ...["agent", "--listen", "127.0.0.1:0", "--golo-compat", "--pool", server.url],
        ...["--data", `${folder}/data`, "--logs", `${folder}/logs`, "--cooldown", "0s"],
      );
      const ask = async (path: string, init?: RequestInit) => {
        const response = await fetch(agent.url + path, init);
        return { response, text: await response.text() };
      };
      const source = `export const options = { vus: 2, iterations: 20 };
      export default () => {};`;
      const queue = (agents: number) =>
        ask("/queue", {
          method: "POST",
          body: JSON.stringify({ name: "spread", script: { source }, agents }),
        });
      const refused = await queue(10_001);
      assert.deepEqual([refused.response.status, refused.text], [
        400,
        "agents must be a whole number from 1 to 10000: 10001\n",
      ]);
      const { response } = await queue(1);
      assert.equal(response.status, 201);
      let job = { endedAt: null, state: "", exitCode: null, counts: { calls: 0 } };
      while (job.endedAt === null) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        job = JSON.parse((await ask(response.headers.get("location")!)).text);
      }
      const log = await Deno.readTextFile(`${folder}/logs/spread/err.log`);
      assert.deepEqual([job.state, job.exitCode, job.counts.calls], ["done", 0, 20], log);
      const summary = JSON.parse(await Deno.readTextFile(`${folder}/logs/spread/summary.json`));
      assert.deepEqual(
        summary.run.shards.map((shard: { link: { agent: string } | null }) => shard.link?.agent),
        ["member"],
      );
    });
  },
);

Deno.test("an agent that reaches no pool says so, and what it may not do", async () => {
  const nobody = await run("agent", "--nats", "nats://127.0.0.1:1");
  assert.notEqual(nobody.code, 0);
  assert.match(nobody.stderr, /127\.0\.0\.1:1/);
  const child = start("deno", [
    ...["run", "--quiet", "--no-prompt", "--allow-read"],
    ...[COMMAND.at(-1)!, "agent", "--nats", "nats://127.0.0.1:1"],
  ]);
  assert.notEqual(await child.ended(), 0);
  assert.match(child.stderr.text, /--allow-net {2}to reach NATS\n.*--allow-run=deno/);
  const bad = await run("agent", "--nats", "nats://127.0.0.1:1", "--signer", "nowhere.pem");
  assert.match(bad.stderr, /--signer: can't read nowhere\.pem/);
});
