import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { echo, frame, type Peer, tcpPeer } from "../session/peers_for_tests.ts";
import { PacketLoad, type PacketLoadOptions } from "./mod.ts";

/** A server that echoes, and how many connections it has. */
function counted(): Peer & { open(): number } {
  let open = 0;
  const peer = tcpPeer(async (conn) => {
    open++;
    await echo(conn).finally(() => open--);
  });
  return { ...peer, open: () => open };
}

function loadOf(port: number, options: Partial<PacketLoadOptions> = {}): PacketLoad {
  return new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${port}`], headerSize: 4, packets: { hello: frame("hello") } },
    ...options,
  });
}

async function assertAnswered(load: PacketLoad): Promise<void> {
  const answer = load.session(0).receive();
  await load.send(0, 1, "hello");
  assert.equal((await answer)?.toHex(), frame("hello").toHex());
}

Deno.test("a session that connects again while it is still connecting has one connection", async () => {
  await using peer = counted();
  await using load = loadOf(peer.port);
  load.create(1);
  const first = load.connect();
  await load.disconnect();
  await Promise.all([first, load.connect()]);
  const { connections, open, sessionsFailed } = load.stats();
  assert.deepEqual([connections, open, sessionsFailed], [2, 1, 0]);
  await assertAnswered(load);
  await until("the first connection is closed", () => peer.open() === 1);
  await load.disconnect();
  assert.equal(load.stats().open, 0);
  await until("all connections are closed", () => peer.open() === 0);
});

Deno.test("what comes of a connection that was left doesn't end the next one", async () => {
  await using peer = counted();
  await using load = loadOf(peer.port);
  load.create(1);
  for (let turn = 0; turn < 3; turn++) {
    await load.connect();
    const unfinished = load.send(0, 1, "hello", { copies: 100_000 });
    await load.disconnect();
    await Promise.all([unfinished, load.connect()]);
    assert.equal(load.session(0).state, "open");
    await until("the last connection is closed", () => peer.open() === 1);
    assert.equal(load.session(0).state, "open");
    assert.equal(load.stats().open, 1);
    await load.disconnect();
  }
  assert.deepEqual(load.stats().reasons, {});
});

Deno.test("a session that was drained can be flooded again, and only when it is", async () => {
  await using peer = counted();
  await using load = loadOf(peer.port, { repeat: true });
  load.create(1);
  load.prepare(0, 1, "hello");
  let sent = 0;
  for (let turn = 0; turn < 3; turn++) {
    await load.connect();
    assert.equal(load.stats().packetsSent, sent);
    const flooding = load.flood();
    await until("packets are sent", () => load.stats().packetsSent > sent);
    await load.drain();
    await flooding;
    sent = load.stats().packetsSent;
  }
});
