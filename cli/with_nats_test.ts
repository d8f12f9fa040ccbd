import assert from "node:assert/strict";
import { natsTest } from "../nats/server/servers_for_tests.ts";
import type { RunRequest } from "../runner/mod.ts";
import { withNats } from "./with_nats.ts";

async function envOf(script: string, env: Record<string, string>) {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, script);
  const said: string[] = [];
  const request = { source: { kind: "script", path }, env } as unknown as RunRequest;
  const got = await withNats(
    request,
    (text) => said.push(text),
    (request) => Promise.resolve(request.env),
  );
  await Deno.remove(path);
  return { got, said };
}

natsTest("a script that reads NATS_URL gets a server of its own, and is told", async () => {
  const { got, said } = await envOf("nats.connect({ urls: [env.NATS_URL] })", { A: "1" });
  assert.match(got.NATS_URL ?? "", /^nats:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(got.A, "1");
  assert.equal(said.length, 1);
  assert(said[0]!.includes(got.NATS_URL!), said[0]);
});

Deno.test("no server starts for a script that is given one, or reads none", async () => {
  const given = { NATS_URL: "nats://10.0.0.5:4222" };
  assert.deepEqual(await envOf("env.NATS_URL", given), { got: given, said: [] });
  assert.deepEqual(await envOf("http.get(url)", {}), { got: {}, said: [] });
});
