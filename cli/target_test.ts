import assert from "node:assert/strict";
import { natsTest } from "../nats/server/servers_for_tests.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { serveTarget } from "./target.ts";

/** Waits until the URL is printed, calls `body` with it, and sends a signal. */
async function served(
  flags: Parameters<typeof serveTarget>[0],
  body: (url: URL, printed: string) => Promise<void>,
): Promise<void> {
  const host = fakeHost();
  const serving = serveTarget(flags, host);
  while (!host.stderr.includes("ready")) await new Promise((resolve) => setTimeout(resolve, 5));
  const printed = host.stdout.trim();
  await body(new URL(printed.includes("://") ? printed : `tcp://${printed}`), printed);
  host.signal(0);
  assert.equal(await serving, 0);
  assert.equal(host.listeners, 0);
}

Deno.test("the target serves HTTP until a signal comes", async () => {
  const flags = { host: "127.0.0.1", port: "0", nats: false, packets: false };
  await served(flags, async (url) => {
    const response = await fetch(new URL("/get", url));
    await response.body?.cancel();
    assert.equal(response.status, 200);
  });
});

natsTest("with --nats it is a nats-server, which ends with it", async () => {
  const flags = { host: "127.0.0.1", nats: true, packets: false };
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

Deno.test("with --packets it speaks packets as it is told", async () => {
  const flags = { host: "127.0.0.1", nats: false, packets: true };
  await served({ ...flags, split: "header", closeAfter: "1" }, async ({ port }, printed) => {
    assert.equal(printed, `127.0.0.1:${port}`);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await conn.write(new Uint8Array([0, 0, 0, 1, 7, 0, 0, 0, 1, 8]));
    const answer = await new Response(conn.readable).bytes();
    assert.deepEqual(answer, new Uint8Array([0, 0, 0, 1, 7, 0, 0]));
  });
});

Deno.test("flags of packets are checked, and need --packets", async () => {
  const flags = { host: "127.0.0.1", nats: false, packets: true };
  const cases: [given: Partial<Parameters<typeof serveTarget>[0]>, message: RegExp][] = [
    [{ split: "bites" }, /--split is not one of whole, bytes, header, coalesced: "bites"/],
    [{ answer: "no" }, /--answer is not one of echo, broadcast, none: "no"/],
    [{ heartbeat: "soon" }, /--heartbeat/],
    [{ closeAfter: "0" }, /--close-after is not a whole number of at least 1: "0"/],
    [{ packets: false, closeAfter: "1" }, /--close-after needs --packets/],
    [{ nats: true }, /--nats and --packets exclude each other/],
  ];
  for (const [given, message] of cases) {
    await assert.rejects(serveTarget({ ...flags, ...given }, fakeHost()), message);
  }
});

Deno.test("a port that is none is refused", async () => {
  const flags = { host: "127.0.0.1", port: "65536", nats: false, packets: false };
  await assert.rejects(serveTarget(flags, fakeHost()), /--port is more than 65535/);
});
