import assert from "node:assert/strict";
import { TCP, type TcpSocket } from "@downpour/downpour/net";
import { PacketLoad, PacketParser } from "../wasm/load/mod.ts";
import { fromHex } from "./_parser_cases_for_tests.ts";
import { hostParser } from "./_parser_host_for_tests.ts";
import { readExactly } from "./_read_exactly_for_tests.ts";

// The parsers that keep a protocol going, each in a real session against a server of its protocol.

const folder = new URL("../components/parsers/", import.meta.url);

Deno.test("sequence.wasm goes on in lock-step and is silent after a gap", async () => {
  const asked: number[] = [];
  const stats = await converse("sequence", 4, message(1, 0), async (server) => {
    for (let number = 1; number <= 50; number++) {
      const request = await readExactly(server, 12);
      asked.push(new DataView(request.buffer).getUint32(4));
      await server.write(message(number === 50 ? 51 : number, number));
    }
    await server.closeWrite();
    assert.equal(await server.read(), null, "nothing comes after the gap");
  });
  assert.deepEqual(asked, Array.from({ length: 50 }, (_, i) => i + 1));
  assert.deepEqual([stats.packetsSent, stats.packetsReceived], [50, 50]);
});

Deno.test("dns.wasm asks again over TCP with the next ID, and answers itself", async () => {
  const answering = hostParser(await Deno.readFile(new URL("dns.wasm", folder)));
  const query = fromHex(
    "001d fffe 0100 0001 0000 0000 0000 07 6578616d706c65 03 6f7267 00 0001 0001",
  );
  const ids: number[] = [];
  const stats = await converse("dns", 2, query, async (server) => {
    while (ids.length < 20) {
      const header = await readExactly(server, 2);
      const body = await readExactly(server, answering.bodySize(header));
      ids.push(new DataView(body.buffer).getUint16(0));
      const response = answering.respond(Uint8Array.from([...header, ...body]));
      // In two pieces, the first of which ends within the header.
      await server.write(response.subarray(0, 1));
      await server.write(response.subarray(1));
    }
    await readExactly(server, query.length); // The query that the last response brought about.
  });
  assert.deepEqual(ids, Array.from({ length: 20 }, (_, i) => (0xfffe + i) % 2 ** 16));
  assert.deepEqual([stats.packetsSent, stats.packetsReceived], [21, 20]);
});

/** Plays one session with a parser against `serve`; gives its totals. */
async function converse(
  parser: string,
  headerSize: number,
  first: Uint8Array,
  serve: (socket: TcpSocket) => Promise<void>,
): Promise<ReturnType<PacketLoad["stats"]>> {
  const listener = TCP.listen();
  const serving = (async () => {
    for await (await using socket of listener) {
      await serve(socket);
      return;
    }
  })();
  await using load = new PacketLoad({
    endpoints: [listener.address],
    headerSize,
    packets: { first },
    handler: await PacketParser.load(new URL(`${parser}.wasm`, folder).pathname),
  });
  load.create(1);
  await load.connect();
  await load.send(0, 1, "first");
  await serving;
  await load.drain();
  listener.close();
  const stats = load.stats();
  assert.deepEqual([stats.sessionsFailed, stats.reasons], [0, {}]);
  return stats;
}

function message(sequence: number, acknowledged: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  [8, sequence, acknowledged].forEach((value, i) => view.setUint32(i * 4, value));
  return bytes;
}
