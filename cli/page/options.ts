import type { Command } from "commander";
import { generalOptions } from "../options.ts";
import { ADDRESS_FLAGS } from "./run_options.ts";

/** Flags of `downpour report`. */
export interface ReportFlags {
  output?: string;
  plots?: string;
}

/** Flags of `downpour dash`. */
export interface DashFlags {
  dashAddress?: string;
}

/** The options of `downpour report`. */
export function reportOptions(command: Command): Command {
  command
    .optionsGroup("Report:")
    .option("-o, --output <file>", "the file to write [report.html]")
    .option("--plots <folder>", "write its plots as SVG and PNG files");
  return generalOptions(command);
}

/** The options of `downpour dash`. */
export function dashOptions(command: Command): Command {
  command
    .optionsGroup("Page:")
    .option(ADDRESS_FLAGS, "serve it there, on loopback [127.0.0.1:5665, or a free port]");
  return generalOptions(command);
}
