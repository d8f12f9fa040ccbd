import { createPusher } from "../mod.ts";

/**
 * Run where files may have 16 KiB: pushes 20,000 results to a collector that is down, and prints
 * what became of them, and what is left of the spool.
 */
const spoolFolder = Deno.args[0]!;
const pusher = createPusher({ url: "http://127.0.0.1:9", job: "job", spoolFolder });
const line = new TextEncoder().encode(JSON.stringify({ url: "x".repeat(200) }));
await pusher.push(Array.from({ length: 50_000 }, () => line));
const files = await Array.fromAsync(Deno.readDir(spoolFolder), ({ name }) => name);
const counts = await pusher.finish(0);
console.log(JSON.stringify({ counts, drops: pusher.drops(), files }));
