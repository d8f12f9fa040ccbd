import assert from "node:assert/strict";
import { ExitCode } from "../../internal/mod.ts";
import { type FakeHost, fakeHost } from "../_fakes_for_tests.ts";
import { inFolder } from "../_folders_for_tests.ts";
import { main } from "../main.ts";

async function natsConfig(...args: string[]): Promise<{ code: number; host: FakeHost }> {
  const host = fakeHost();
  return { code: await main(["nats-config", ...args], { host }), host };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("nats-config writes a server's configuration and credentials, for their owner alone", async () => {
  await inFolder(async (folder) => {
    const { code, host } = await natsConfig("-o", `${folder}/nats`);
    assert.equal(code, ExitCode.ok, host.stderr);
    const names = ["account.seed", "agent.creds", "coordinator.creds", "nats.conf"];
    assert.deepEqual(await namesIn(`${folder}/nats`), names);
    for (const name of names) {
      const { mode } = await Deno.stat(`${folder}/nats/${name}`);
      assert.equal((mode ?? 0) & 0o777, 0o600, name);
      assert(host.stdout.includes(`wrote ${folder}/nats/${name}\n`));
    }
    assert(host.stdout.includes(`--on nats://HOST:4222 --creds ${folder}/nats/coordinator.creds`));
    assert(!/SA[A-Z2-7]{56}|SU[A-Z2-7]{56}/.test(host.stdout), "no seed is printed");
  });
});

Deno.test("nats-config overwrites nothing and leaves nothing half done", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/agent.creds`, "precious");
    const { code, host } = await natsConfig("-o", folder);
    assert.notEqual(code, ExitCode.ok);
    assert.match(host.stderr, /cannot write .*agent\.creds/);
    assert.deepEqual(await namesIn(folder), ["agent.creds"]);
    assert.equal(await Deno.readTextFile(`${folder}/agent.creds`), "precious");
  });
});

Deno.test("nats-config makes a cluster with TLS, and credentials for more agents", async () => {
  await inFolder(async (folder) => {
    const tls = ["--tls-cert", "c.pem", "--tls-key", "k.pem", "--tls-ca", "ca.pem"];
    const made = await natsConfig(
      ...["-o", folder, "--servers", "n1,n2,n3", "--agents", "a,b", "--expires", "30d", ...tls],
    );
    assert.equal(made.code, ExitCode.ok, made.host.stderr);
    assert.deepEqual(await namesIn(folder), [
      ...["account.seed", "agent-a.creds", "agent-b.creds", "coordinator.creds"],
      ...["n1.conf", "n2.conf", "n3.conf"],
    ]);
    assert(made.host.stdout.includes(`downpour agent --nats tls://n1:4222`));
    const more = await natsConfig(
      "-o",
      folder,
      "--account",
      `${folder}/account.seed`,
      "--agents",
      "c",
    );
    assert.equal(more.code, ExitCode.ok, more.host.stderr);
    assert(more.host.stdout.startsWith(`wrote ${folder}/agent-c.creds\n`));
  });
});

Deno.test("nats-config says which option can't be", async () => {
  await inFolder(async (folder) => {
    const cases: [args: string[], message: RegExp][] = [
      [["--tls-cert", "c.pem"], /--tls-key is missing/],
      [["--tls-ca", "c.pem"], /--tls-cert is missing/],
      [["--agents", "a,*"], /agents: no name: "\*"/],
      [["--servers", ""], /--servers is not a list/],
      [["--expires", "soon"], /--expires/],
      [["--account", `${folder}/none`], /can't read .*: there is no such file/],
    ];
    for (const [args, message] of cases) {
      const { code, host } = await natsConfig("-o", folder, ...args);
      assert.equal(code, ExitCode.options, args.join(" "));
      assert.match(host.stderr, message);
    }
    assert.deepEqual(await namesIn(folder), []);
  });
});
