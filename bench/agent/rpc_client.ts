/**
 * Calls `Server.Run` with so many calls in flight on one connection; prints the answered calls a
 * second. Arguments: address, calls in flight, seconds.
 *
 * @module
 */
import { connectRpc } from "@downpour/downpour/agent";

const [address = "", inFlight, seconds] = Deno.args;
await using client = await connectRpc(address);
const start = performance.now();
const end = start + Number(seconds) * 1000;
let calls = 0;

async function user(): Promise<void> {
  while (performance.now() < end) {
    await client.call("Server.Run");
    calls++;
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, user));
console.log(Math.round(calls / (performance.now() - start) * 1000));
