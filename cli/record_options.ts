import type { Command } from "commander";
import { type ScriptMakingFlags, scriptMakingOptions } from "./import_options.ts";
import { generalOptions } from "./options.ts";

/** Flags of `downpour record`. */
export interface RecordFlags extends ScriptMakingFlags {
  port?: string;
  https: boolean;
  ca?: string;
}

/** The options of `downpour record`. */
export function recordOptions(command: Command): Command {
  command
    .optionsGroup("Proxy:")
    .option("-p, --port <n>", "port to listen on; 0 takes a free one [8888]")
    .option("--no-https", "let HTTPS pass unread, and make no certificate authority")
    .option("--ca <folder>", "where the authority is kept [.downpour/ca]");
  return generalOptions(scriptMakingOptions(command));
}
