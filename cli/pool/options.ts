import type { Command } from "commander";
import {
  generalOptions,
  type LoadFlags,
  placeOptions,
  repeated,
  resultOptions,
  scriptLoadOptions,
} from "../options.ts";
import { pageOptions } from "../page/run_options.ts";
import { connectionOptions, type PoolConnectionFlags, poolRunOptions } from "./run_options.ts";

/** Flags of `downpour agents`. */
export interface AgentsFlags extends PoolConnectionFlags {
  nats?: string;
  json?: boolean;
}

/** Flags of `downpour attach`. */
export interface AttachFlags extends PoolConnectionFlags, LoadFlags {
  /** The pool; false, as other commands have it, where it was not given. */
  nats?: string | false;
  force?: boolean;
  secretSource: readonly string[];
}

/** The options of `downpour run`. */
export function runOptionsOnAgents(command: Command): Command {
  return generalOptions(poolRunOptions(scriptLoadOptions(command)));
}

/** The options of `downpour agents`. */
export function agentsOptions(command: Command): Command {
  connectionOptions(natsOption(command.optionsGroup("Pool:")))
    .optionsGroup("Output:")
    .option("--json", "print JSON");
  return generalOptions(command);
}

/** The options of `downpour attach`. */
export function attachOptions(command: Command): Command {
  connectionOptions(natsOption(command.optionsGroup("Pool:")))
    .option("--force", "take it from a coordinator that lives, too")
    .optionsGroup("Script:")
    .addOption(
      repeated("--secret-source <source>", "its secrets, which no pool keeps; repeatable"),
    );
  return generalOptions(placeOptions(pageOptions(resultOptions(command))));
}

function natsOption(command: Command): Command {
  return command.option("--nats <url>", "the pool [nats://127.0.0.1:4222]");
}
