import assert from "node:assert/strict";
import { natsTest } from "../nats/server/servers_for_tests.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { serveTarget } from "./target.ts";

/** Waits until the URL is printed, calls `body` with it, and sends a signal. */
async function served(
  flags: Parameters<typeof serveTarget>[0],
  body: (url: URL) => Promise<void>,
): Promise<void> {
  const host = fakeHost();
  const serving = serveTarget(flags, host);
  while (!host.stderr.includes("ready")) await new Promise((resolve) => setTimeout(resolve, 5));
  await body(new URL(host.stdout.trim()));
  host.signal(0);
  assert.equal(await serving, 0);
  assert.equal(host.listeners, 0);
}

Deno.test("the target serves HTTP until a signal comes", async () => {
  const flags = { host: "127.0.0.1", port: "0", nats: false };
  await served(flags, async (url) => {
    const response = await fetch(new URL("/get", url));
    await response.body?.cancel();
    assert.equal(response.status, 200);
  });
});

natsTest("with --nats it is a nats-server, which ends with it", async () => {
  const flags = { host: "127.0.0.1", nats: true };
  let port = 0;
  await served(flags, async (url) => {
    assert.equal(url.protocol, "nats:");
    port = Number(url.port);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const buffer = new Uint8Array(4096);
    const text = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
    assert.match(text, /^INFO .*"jetstream":true/);
  });
  await assert.rejects(
    Deno.connect({ hostname: "127.0.0.1", port }),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("a port that is none is refused", async () => {
  const flags = { host: "127.0.0.1", port: "65536", nats: false };
  await assert.rejects(serveTarget(flags, fakeHost()), /--port is more than 65535/);
});
