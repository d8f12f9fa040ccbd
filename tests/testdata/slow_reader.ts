/**
 * Writes 100 MiB to a socket whose peer reads 64 KiB in each turn of the event loop.
 * Prints, as JSON, how many bytes came, in how many reads they were wrong, by how many the writer was ahead
 * at most, and by how much the resident memory grew.
 */
import { setImmediate } from "node:timers";
import { TCP } from "@downpour/downpour/net";

const KIB = 1024;
const CHUNK = 256 * KIB;
const COUNT = 400;

await using server = TCP.listen();
const [writer, reader] = await Promise.all([TCP.open(server.address), server.accept()]);
if (reader === null) throw new Error("the server is closed");

/** One chunk for all: whoever keeps it after `write` has resolved sends the wrong bytes. */
async function write(): Promise<void> {
  const chunk = new Uint8Array(CHUNK);
  for (let i = 0; i < COUNT; i++) {
    await writer.write(chunk.fill(i));
    chunk.fill(0xff);
  }
  await writer.closeWrite();
}

const before = Deno.memoryUsage().rss;
const writing = write();
const buffer = new Uint8Array(64 * KIB);
let bytes = 0;
let wrong = 0;
let ahead = 0;
let peak = before;
let reads = 0;
for (;;) {
  await new Promise((resolve) => setImmediate(resolve));
  ahead = Math.max(ahead, writer.bytesOut - bytes);
  const count = await reader.readInto(buffer);
  if (count === null) break;
  if (!isRight(bytes, buffer[0]) || !isRight(bytes + count - 1, buffer[count - 1])) wrong++;
  bytes += count;
  if (++reads % 16 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
}
await writing;
writer.close();
reader.close();
console.log(JSON.stringify({ bytes, wrong, ahead, moreMemory: peak - before }));

function isRight(offset: number, byte: number | undefined): boolean {
  return byte === (Math.floor(offset / CHUNK) & 0xff);
}
