import assert from "node:assert/strict";
import { makeAuthority } from "../../../internal/certs_for_tests.ts";
import { connect, type Connection, jetStream } from "../../../nats/mod.ts";
import { type NatsServer, startNatsServer } from "../../../nats/server/mod.ts";
import { natsTest } from "../../../nats/server/servers_for_tests.ts";
import { bytesOf, textOf } from "../_contract_world_for_tests.ts";
import type { Bus } from "../bus.ts";
import { natsBus } from "../nats/bus.ts";
import type { PoolRole } from "../nats/options.ts";
import { natsConfig, type NatsConfigOptions } from "./nats_config.ts";

/** A server with what the configuration says of access. */
async function serverOf(text: string): Promise<NatsServer> {
  const { operator, system_account, resolver, resolver_preload } = settingsOf(text);
  return await startNatsServer({
    settings: { operator, system_account, resolver, resolver_preload },
  });
}

function settingsOf(text: string): Record<string, unknown> {
  return JSON.parse(text.replaceAll(/^#.*$/gm, ""));
}

const refused = { code: "bus_refused" };
const never = () => new AbortController().signal;

/** A pool whose members come with their credentials. */
async function pool(stack: AsyncDisposableStack, options: NatsConfigOptions = {}) {
  const files = natsConfig(options);
  const server = stack.use(await serverOf(files["nats.conf"]!));
  const bus = async (file: string, role: PoolRole): Promise<Bus> => {
    const made = await natsBus({
      connect: { urls: server.url, credentials: files[file]! },
      role,
      ackWaitMs: 1000,
      patienceMs: 5000,
    });
    stack.defer(() => made.close());
    return made;
  };
  const raw = async (file: string): Promise<Connection> => {
    const made = await connect({
      urls: server.url,
      credentials: files[file]!,
      inboxPrefix: file.startsWith("agent")
        ? "_INBOX.downpour_agent"
        : "_INBOX.downpour_coordinator",
    });
    stack.defer(() => made.close());
    return made;
  };
  return { files, server, bus, raw };
}

natsTest("each role can do its part of a run", async () => {
  await using stack = new AsyncDisposableStack();
  const { bus } = await pool(stack);
  // The agent is there first: it waits for somebody who may set up the pool.
  const waiting = bus("agent.creds", "agent");
  const coordinator = await bus("coordinator.creds", "coordinator");
  const agent = await waiting;
  const abort = new AbortController();

  await agent.keys.put("agents.a", bytesOf("card"));
  assert.equal((await coordinator.keys.list("agents")).length, 1);
  const script = await coordinator.blobs.put(new Uint8Array(300_000).fill(3));
  const spec = await coordinator.keys.create("runs.r.spec", bytesOf("spec"));
  await coordinator.keys.update("runs.r.spec", bytesOf("spec"), spec);
  await coordinator.jobs.offer("jobs.a", "r.0", bytesOf("job"));

  const job = await agent.jobs.take("jobs.a", never());
  assert.equal(textOf(job?.bytes), "job");
  job?.working();
  await agent.keys.create("parts.r.0", bytesOf("a"));
  assert.equal((await agent.blobs.get(script)).length, 300_000);
  assert.equal(textOf((await agent.keys.get("runs.r.spec"))?.value), "spec");
  const seen: string[] = [];
  await agent.keys.watch("runs.r", (key) => void seen.push(key), abort.signal);
  assert(seen.includes("runs.r.spec"));

  const beat = Promise.withResolvers<string>();
  await agent.live.handle("down.r.0", (bytes) => bytes, abort.signal);
  await coordinator.live.handle("clock.r", () => bytesOf("12"), abort.signal);
  await coordinator.live.handle("beat.r.*", (bytes) => beat.resolve(textOf(bytes)), abort.signal);
  assert.equal(textOf(await coordinator.live.request("down.r.0", bytesOf("go"), 5000)), "go");
  assert.equal(textOf(await agent.live.request("clock.r", bytesOf("?"), 5000)), "12");
  agent.live.send("beat.r.0", bytesOf("alive"));
  assert.equal(await beat.promise, "alive");

  await agent.log.append("up.r.0", "r.0.1", bytesOf("delta"));
  await coordinator.log.read("up.r.>", ({ bytes }) => {
    assert.equal(textOf(bytes), "delta");
    abort.abort();
  }, abort.signal);
  await job?.done();
  await agent.keys.delete("parts.r.0");
  await coordinator.log.remove("up.r.>");
  await coordinator.jobs.remove("jobs.a");
  await coordinator.keys.delete("runs.r.spec");
});

natsTest("no role can do more", async () => {
  await using stack = new AsyncDisposableStack();
  const { bus, raw } = await pool(stack, { agents: ["a", "b"] });
  const coordinator = await bus("coordinator.creds", "coordinator");
  const agent = await bus("agent-a.creds", "agent");
  await agent.keys.put("agents.a", bytesOf("mine"));
  await coordinator.keys.put("runs.r.lease", bytesOf("theirs"));

  await assert.rejects(agent.keys.put("agents.b", bytesOf("another's")), refused);
  await assert.rejects(agent.keys.put("runs.r.lease", bytesOf("mine")), refused);
  await assert.rejects(agent.keys.delete("runs.r.spec"), refused);
  await assert.rejects(agent.jobs.offer("jobs.b", "1", bytesOf("job")), refused);
  await assert.rejects(agent.jobs.take("jobs.b", never()), refused);
  await assert.rejects(agent.blobs.put(bytesOf("script")), refused);
  await assert.rejects(agent.log.append("other", "1", bytesOf("x")), refused);
  await assert.rejects(agent.log.read("up.>", () => {}, never()), refused);
  await assert.rejects(agent.log.remove("up.>"), refused);
  await assert.rejects(agent.live.request("down.r.0", bytesOf("stop"), 1000), refused);
  await assert.rejects(agent.live.handle("beat.r.*", () => {}, never()), refused);
  await assert.rejects(coordinator.log.append("up.r.0", "1", bytesOf("x")), refused);
  await assert.rejects(coordinator.live.handle("down.r.0", () => {}, never()), refused);

  const [asAgent, asCoordinator] = [await raw("agent-a.creds"), await raw("coordinator.creds")];
  for (const subject of ["_INBOX.downpour_coordinator.>", ">", "$KV.>", "downpour.log.>"]) {
    const subscription = asAgent.subscribe(subject, { handler: () => {} });
    await assert.rejects(subscription.closed, { reason: "permission_denied" }, subject);
  }
  for (const connection of [asAgent, asCoordinator]) {
    const js = jetStream(connection, { timeout: 2000 });
    await assert.rejects(js.deleteStream("downpour_log"));
    await assert.rejects(js.addStream({ name: "mine", subjects: ["mine.>"] }));
    await assert.rejects(connection.request("$SYS.REQ.SERVER.PING", "", 2000));
  }
});

natsTest("credentials expire, and more agents get theirs by the account's seed", async () => {
  await using stack = new AsyncDisposableStack();
  const { files, server } = await pool(stack, { agents: ["a"] });
  const more = natsConfig({ account: files["account.seed"]!, agents: ["late"] });
  assert.deepEqual(Object.keys(more), ["agent-late.creds"]);
  const late = await connect({ urls: server.url, credentials: more["agent-late.creds"]! });
  await late.close();
  const strange = natsConfig({ agents: ["a"] });
  await assert.rejects(
    natsBus({ connect: { urls: server.url, credentials: strange["agent-a.creds"]! } }),
    refused,
  );
  const token = natsConfig({ expiresMs: 1500 })["coordinator.creds"]!.split("\n")[1]!;
  const claims = JSON.parse(
    new TextDecoder().decode(
      Uint8Array.fromBase64(token.split(".")[1]!, { alphabet: "base64url" }),
    ),
  );
  assert.equal(claims.exp - claims.iat, 2);
});

natsTest("with TLS, members come with credentials and the authority", async () => {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(["IP:127.0.0.1"]);
  const folder = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const tls = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  await Deno.writeTextFile(tls.cert, cert);
  await Deno.writeTextFile(tls.key, key);
  const files = natsConfig({ tls, storeDir: folder });
  const { port: _, server_name: __, ...settings } = settingsOf(files["nats.conf"]!);
  const server = stack.use(await startNatsServer({ settings }));
  const credentials = files["coordinator.creds"]!;
  const urls = server.url.replace("nats:", "tls:");
  const bus = await natsBus({ connect: { urls, credentials, tls: { ca: authority.cert } } });
  await bus.keys.put("agents.a", bytesOf("x"));
  await bus.close();
  await assert.rejects(natsBus({ connect: { urls, credentials }, connectMs: 1 }), {
    code: "bus_lost",
  });
});

Deno.test("a cluster's servers know each other, and nobody else's password", () => {
  const tls = { cert: "/etc/nats/cert.pem", key: "/etc/nats/key.pem", ca: "/etc/nats/ca.pem" };
  const files = natsConfig({ servers: ["n1", "n2.example", "n3"], tls, storeDir: "/data" });
  assert.deepEqual(Object.keys(files), [
    ...["n1.conf", "n2.example.conf", "n3.conf"],
    ...["coordinator.creds", "agent.creds", "account.seed"],
  ]);
  const config = settingsOf(files["n2.example.conf"]!);
  assert.equal(config.server_name, "n2.example");
  assert.deepEqual(config.jetstream, { store_dir: "/data" });
  assert.deepEqual(config.tls, {
    ...{ cert_file: tls.cert, key_file: tls.key, ca_file: tls.ca, verify: true },
    timeout: 5,
  });
  const { routes, authorization } = config.cluster as {
    routes: string[];
    authorization: { password: string };
  };
  assert.deepEqual(routes.map((route) => new URL(route).host), ["n1:6222", "n3:6222"]);
  assert(routes.every((route) => new URL(route).password === authorization.password));
  const other = settingsOf(natsConfig({ servers: ["a", "b"] })["a.conf"]!);
  assert.notEqual(JSON.stringify(other.cluster).includes(authorization.password), true);
  assert.equal(files["n1.conf"]!.includes("No TLS"), false);
});

Deno.test("names that can't be, and what isn't known, are refused", () => {
  for (
    const options of [
      { prefix: "a.b" },
      { servers: [] },
      { servers: ["a b"] },
      { servers: ["a", "a"] },
      { agents: ["*"] },
      { agents: ["a.b"] },
      { expiresMs: 0 },
      { account: "SUAIBDPBAUTWCWBKIO6XHQNINK5FWJW4OHLXC3HQ2KFE4PEJUA44CNHTC4" },
      { account: "secret" },
      { agent: ["a"] },
    ]
  ) {
    assert.throws(() => natsConfig(options as NatsConfigOptions), (error: Error) => {
      assert.equal((error as { code?: string }).code, "option_invalid");
      return !error.message.includes("secret");
    });
  }
});
