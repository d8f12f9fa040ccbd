/**
 * Opens and closes 10,000 sockets, 200 at a time. Prints, as JSON, how many it were, how many are
 * still open (the listener is), and by how many bytes memory has grown since the first 1,000.
 * Needs `--v8-flags=--expose-gc`.
 */
import { type Socket, TCP } from "@downpour/downpour/net";

const AT_ONCE = 200;
const COUNT = 10_000;

await using server = TCP.listen();

/** Answers with what it reads; the one byte 0 has it leave first. */
async function serve(peer: Socket): Promise<void> {
  serving.add(peer);
  for (let bytes = await peer.read(); bytes !== null && bytes[0] !== 0; bytes = await peer.read()) {
    await peer.write(bytes);
  }
  peer.close();
  serving.delete(peer);
}

async function useOne(index: number): Promise<void> {
  await using socket = await TCP.open(server.address);
  const byte = index % 2;
  await socket.write(new Uint8Array([byte]));
  const answer = await socket.read();
  if ((answer?.[0] ?? 0) !== byte) throw new Error(`${byte} was answered with ${answer}`);
}

/** Lines of the system's table of TCP sockets whose sockets this process has open. */
const COUNT_SOCKETS = String.raw`
  mine=$(readlink /proc/$PPID/fd/* | sed -n 's/^socket:\[\(.*\)\]$/ \1 /p')
  grep -c -F "$mine" /proc/net/tcp
`;

async function usage(): Promise<{ open: number; memory: number }> {
  // Peers leave after their clients; that of one that stays open never does.
  for (let turns = 0; serving.size > 0 && turns < 100; turns++) await turn();
  const { stdout } = await new Deno.Command("bash", { args: ["-c", COUNT_SOCKETS] }).output();
  for (let i = 0; i < 3; i++) {
    collect?.();
    await turn(); // Buffers are freed beside it.
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return { open: Number(new TextDecoder().decode(stdout)), memory: heapUsed + external };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

const { gc: collect } = globalThis as { gc?: () => void };
const serving = new Set<Socket>();
(async () => {
  for await (const peer of server) void serve(peer);
})();
let begin = await usage();
let sockets = 0;
while (sockets < COUNT) {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => useOne(index)));
  sockets += AT_ONCE;
  if (sockets === 1000) begin = await usage();
}
const end = await usage();
console.log(JSON.stringify({
  sockets,
  open: end.open,
  moreMemory: end.memory - begin.memory,
}));
Deno.exit();
