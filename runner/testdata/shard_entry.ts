import { serveShard } from "../shard/mod.ts";
import { testSetup } from "./setup.ts";

await serveShard(testSetup);
