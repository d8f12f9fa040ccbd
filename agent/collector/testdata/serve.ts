import { startCollector } from "../mod.ts";

/** A collector in a process of its own: folder and port. Prints its URL. */
const [folder, port] = Deno.args;
const { url } = startCollector({
  address: { port: Number(port) },
  store: { kind: "files", folder: folder! },
});
console.log(url);
