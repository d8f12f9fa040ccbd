/**
 * The shard process: started by the runner as `deno run <permissions> cli/shard.ts`, it talks over
 * standard input and output and does what it is told.
 *
 * @module
 */
import { serveShard } from "../runner/serve/mod.ts";
import { shardSetup } from "./shard_setup.ts";

if (import.meta.main) {
  // A terminal sends Ctrl-C to every process at once; when to stop is the parent's to say.
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  await serveShard(shardSetup);
  Deno.removeSignalListener("SIGINT", ignore);
}
