/**
 * A collector that keeps results in files, until it is ended: `FOLDER`. Writes its URL to `url` there.
 *
 * @module
 */
import { startCollector } from "@downpour/downpour/agent";

const [folder = ""] = Deno.args;
const collector = startCollector({
  address: { port: 0 },
  store: { kind: "files", folder: `${folder}/results` },
});
await Deno.writeTextFile(`${folder}/url`, collector.url);
