/**
 * Sends a file of a gigabyte and takes one to a file, and prints by how much the memory grew.
 * Arguments: the server's URL, the file to send, the file to write.
 */
import { Client } from "../../http/mod.ts";
import { open } from "../../file/mod.ts";

const [url = "", from = "", to = ""] = Deno.args;
await using client = new Client({ baseUrl: url, timeout: 0, throw: true });
await client.get("/small"); // What is loaded once isn't the streams'.
const before = Deno.memoryUsage().rss;
let peak = before;
const watch = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 20);

await using source = await open(from);
const sent = await (await client.post("/take", { body: source.readable })).text();

await using target = await open(to, { mode: "write" });
const response = await client.get("/give", { responseType: "stream" });
await response.body.pipeTo(target.writable);
clearInterval(watch);
console.log(JSON.stringify({ sent, grown: peak - before, written: (await Deno.stat(to)).size }));
