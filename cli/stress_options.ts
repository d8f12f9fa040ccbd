import type { Command } from "commander";
import {
  generalOptions,
  type LoadFlags,
  outputOptions,
  placeOptions,
  repeated,
} from "./options.ts";
import { pageOptions } from "./page/run_options.ts";

/** Flags of `downpour stress`. */
export interface StressFlags extends LoadFlags {
  dryRun: boolean;
  arm: boolean;
  threshold?: readonly string[];
}

/** The options of `downpour stress`. */
export function stressOptions(command: Command): Command {
  command
    .optionsGroup("Stress:")
    .option("--dry-run", "print the plan, check its files, and send nothing")
    .option("--arm", "load an endpoint that is not this machine without asking")
    .option("--shards <n>", "processes that share the sessions [the script's, or one per core]")
    .option("-d, --duration <time>", "longest time, then all is cut off [the offsets and 10m]")
    .addOption(
      repeated("--threshold <metric=rule>", "as in 'packet_responding=p(99)<5'; repeatable"),
    );
  return generalOptions(placeOptions(pageOptions(outputOptions(command))));
}
