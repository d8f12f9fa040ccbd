import assert from "node:assert/strict";
import { type PacketTargetOptions, startPackets } from "@downpour/downpour/targets";
import {
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../internal/programs_for_tests.ts";
import { query } from "../net/dns/mod.ts";
import { compileGuest } from "../wasm/guest/mod.ts";
import { playPlan, type PlayResult } from "../wasm/load/mod.ts";
import { compileScript } from "../wasm/script/mod.ts";

// Every stress script among the examples is played against real servers; one without a test fails.

const folder = new URL("../examples/", import.meta.url);
const tested = new Set<string>();

/** Plays an example against another port than the one it names, with other words where `edit` says so. */
async function play(
  name: string,
  port: number,
  edit: (text: string) => string = (text) => text,
): Promise<PlayResult> {
  const text = edit(await Deno.readTextFile(new URL(name, folder)));
  const plan = compileScript(text.replace(/PORT = \d+/, `PORT = ${port}`), { file: name });
  const packets: Record<string, Uint8Array> = {};
  for (const [id, file] of Object.entries(plan.packets)) {
    packets[id] = await Deno.readFile(new URL(file, folder));
  }
  const { handler } = plan;
  const guest = handler === null
    ? null
    : compileGuest(await Deno.readFile(new URL(handler, folder)));
  return await playPlan(plan, { packets, guest });
}

function assertNoFailures({ reasons }: PlayResult): void {
  assert.deepEqual(reasons, {});
}

function exampleTest(name: string, options: PacketTargetOptions, expect: Expect): void {
  tested.add(name);
  Deno.test(`examples/${name} does what it says`, async () => {
    await using target = await startPackets(options);
    const result = await play(name, target.port);
    assertNoFailures(result);
    expect(result, target.counts);
  });
}

type Expect = (
  result: PlayResult,
  counts: Awaited<ReturnType<typeof startPackets>>["counts"],
) => void;

exampleTest("stress_heartbeat.ldsh", { heartbeatMs: 100 }, (result, counts) => {
  assert.equal(result.connections, 100);
  // Its own pings come back as an echo, and are answered; so are the server's.
  const pings = 1500;
  assert(result.packetsSent > 2 * pings, `${result.packetsSent} packets sent`);
  assert(result.packetsReceived > pings, `${result.packetsReceived} packets received`);
  assert(counts.packetsIn > 2 * pings, `${counts.packetsIn} packets came in`);
  assert.equal(counts.refused, 0);
});

for (const split of ["bytes", "header", "coalesced"] as const) {
  Deno.test(`examples/stress_heartbeat.ldsh goes well where the target's split is ${split}`, async () => {
    await using target = await startPackets({ heartbeatMs: 100, split });
    const result = await play("stress_heartbeat.ldsh", target.port);
    assertNoFailures(result);
    assert.equal(result.connections, 100);
    assert(result.packetsReceived > 100, `${result.packetsReceived} packets received`);
    assert.equal(target.counts.refused, 0);
  });
}

Deno.test("examples/stress_heartbeat.ldsh goes well where each packet is sent to all", async () => {
  await using target = await startPackets({ heartbeatMs: 100, answer: "broadcast" });
  // Each ping is answered by all, and each answer sent to all.
  const few = (text: string) =>
    text.replaceAll(/\b100$|(?<=0:)100\b/gm, "4").replace("0:50", "0:2");
  const result = await play("stress_heartbeat.ldsh", target.port, few);
  assertNoFailures(result);
  assert.equal(result.connections, 4);
  const { packetsIn, packetsOut, refused } = target.counts;
  assert(packetsOut > packetsIn, `${packetsIn} packets came in, ${packetsOut} went out`);
  assert(result.packetsReceived > result.packetsSent, JSON.stringify(result));
  assert.equal(refused, 0);
});

Deno.test("sessions of a server that closes within a packet have failed, with the reason", async () => {
  await using target = await startPackets({ heartbeatMs: 20, answer: "none", closeAfter: 3 });
  // They only listen: a close with bytes unread would be a reset.
  const listening = (text: string) =>
    text.replace(/HANDLER = .*/, `LENGTH 0:4 "big"`).replaceAll(/SEND .*/g, "");
  const { connections, sessionsFailed, packetsReceived, reasons } = await play(
    ...["stress_heartbeat.ldsh", target.port, listening] as const,
  );
  assert.deepEqual({ connections, sessionsFailed, packetsReceived, reasons }, {
    ...{ connections: 100, sessionsFailed: 100, packetsReceived: 300 },
    reasons: { closed_early: 100 },
  });
});

exampleTest("stress_echo_udp.ldsh", {}, (result, counts) => {
  assert.equal(result.connections, 50);
  assert.equal(result.packetsSent, 50 * 202);
  // The first two of each are far fewer than what a system keeps; of the rest some may be lost.
  assert(result.packetsReceived >= 100, `${result.packetsReceived} packets received`);
  assert(result.packetsReceived <= counts.packetsOut, JSON.stringify(counts));
});

exampleTest("stress_flood.ldsh", { answer: "none" }, (result, counts) => {
  assert.equal(result.connections, 16);
  assert(result.packetsSent >= 1600, `${result.packetsSent} packets sent`);
  assert.equal(result.bytesSent, result.packetsSent * 1024);
  assert.equal(result.packetsReceived, 0);
  // What was on its way when DISCONNECT came is lost.
  assert(counts.packetsIn >= 1600 && counts.bytesIn <= result.bytesSent, JSON.stringify(counts));
});

tested.add("stress_dns_udp.ldsh");
await programTest(["dnsmasq"], "examples/stress_dns_udp.ldsh does what it says", async () => {
  const port = freePort();
  await using _server = await startDns(port);
  const result = await play("stress_dns_udp.ldsh", port);
  assertNoFailures(result);
  assert.equal(result.connections, 20);
  assert(
    result.packetsReceived > 80,
    `${result.packetsReceived} responses to more than 80 queries`,
  );
  assert(result.packetsSent >= result.packetsReceived, `${result.packetsSent} packets sent`);
});

/** The server that the example names, with nothing of this machine's configuration. */
function startDns(port: number): Promise<Program> {
  const options = "--conf-file=/dev/null --no-hosts --no-resolv --user=root --pid-file= " +
    `--listen-address=127.0.0.1 --bind-interfaces --port=${port} --address=/example.org/192.0.2.1`;
  const servers = [`127.0.0.1:${port}`];
  return startProgram(
    `exec dnsmasq --keep-in-foreground ${options}`,
    {},
    () =>
      query("example.org", { servers, protocol: "tcp", attempts: 1 })
        .then(() => true, () => false),
  );
}

Deno.test("every stress script has a test", () => {
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.endsWith(".ldsh")) assert(tested.has(name), `examples/${name} has no test`);
  }
});
