import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { echo, readToEnd, tcpPeer, writeAll } from "../session/peers_for_tests.ts";
import { parserOf } from "./_parsers_for_tests.ts";
import { PacketLoad, type PacketParser } from "./mod.ts";

// A length of 0 is a packet without a body, as keepalives are. What bounds it: a header has at least
// a byte, so each such packet uses up bytes that really came.

/** What says that a body has no bytes. */
const READERS: Readonly<Record<string, () => Promise<PacketParser | null>>> = {
  "fault 42: lengths of 0": () => Promise.resolve(null),
  "fault 73: a handle_header that is always 0": () => parserOf({ header: "(i32.const 0)" }),
};

for (const [what, handlerOf] of Object.entries(READERS)) {
  Deno.test(`${what}: there are as many packets as headers came, and the end of the stream is the end`, async () => {
    await using peer = tcpPeer(async (conn) => {
      await writeAll(conn, new Uint8Array(4 * 5000));
      await conn.closeWrite();
      await readToEnd(conn);
    });
    const handler = await handlerOf();
    await using load = new PacketLoad({
      ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4, bodyMax: 100 },
      ...(handler === null ? {} : { handler }),
    });
    load.create(1);
    await load.connect();
    await until("the session has ended", () => load.stats().open === 0);
    const { packetsReceived, bytesReceived, sessionsFailed } = load.stats();
    assert.deepEqual([packetsReceived, bytesReceived, sessionsFailed], [5000, 20_000, 0]);
  });

  Deno.test(`${what}: a server that sends them without end holds up no other session, and can be left`, async () => {
    const ended = Promise.withResolvers<void>();
    await using flooding = tcpPeer(async (conn) => {
      const zeros = new Uint8Array(65_536);
      try {
        for (;;) await writeAll(conn, zeros);
      } finally {
        ended.resolve();
      }
    });
    await using echoing = tcpPeer(echo);
    const handler = await handlerOf();
    await using load = new PacketLoad({
      endpoints: [flooding, echoing].map(({ port }) => `127.0.0.1:${port}`),
      ...{ headerSize: 1, bodyMax: 100, packets: { hello: "\0" } },
      ...(handler === null ? {} : { handler }),
    });
    load.create(2);
    await load.connect();
    await until("the flood is on", () => load.stats().packetsReceived > 100_000);
    for (let turn = 0; turn < 3; turn++) {
      const answer = load.session(1).receive();
      await load.session(1).send("hello");
      assert.deepEqual(await answer, Uint8Array.of(0));
    }
    load.session(0).close();
    await ended.promise;
    const { packetsReceived, bytesReceived, open } = load.stats();
    assert.ok(packetsReceived <= bytesReceived, `${packetsReceived} of ${bytesReceived} bytes`);
    assert.equal(open, 1);
  });
}
