/**
 * The shard process: started by the runner as `deno run <permissions> cli/shard.ts`, it talks over
 * standard input and output and does what it is told.
 *
 * @module
 */
import { serveShard } from "../runner/serve/mod.ts";
import { shardSetup } from "./shard_setup.ts";

if (import.meta.main) await serveShard(shardSetup);
