import assert from "node:assert/strict";
import { client } from "../client.ts";
import { MANY_WIT } from "./many_server_for_tests.ts";

/** What a process may have open at the same time. */
async function descriptors(): Promise<number> {
  const { stdout } = await new Deno.Command("bash", { args: ["-c", "ulimit -n"] }).output();
  const limit = new TextDecoder().decode(stdout).trim();
  return limit === "unlimited" ? Infinity : Number(limit);
}

// A connection for each call: as many as the limit allows, with some left for other tests.
const wanted = Math.min(10_000, Math.floor(await descriptors() * 0.75));

Deno.test(`${wanted} calls in flight over TCP are all answered`, async () => {
  await using server = new Deno.Command("deno", {
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only", "--allow-net=127.0.0.1"],
      ...[new URL("many_server_for_tests.ts", import.meta.url).href, String(wanted)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const address = (await lines.read()).value!.trim();
  await using calls = client({
    wit: MANY_WIT,
    tcp: { address, connectTimeoutMs: 60_000 },
    timeoutMs: 120_000,
  });
  const sums = await Promise.all(
    Array.from({ length: wanted }, (_, i) => calls.call("add", [i, 1])),
  );
  assert.ok(sums.every((sum, i) => sum === i + 1));
  await server.stdin.close();
  assert.equal((await lines.read()).done, true);
  assert.equal((await server.status).code, 0);
});
