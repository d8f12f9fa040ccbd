import type { Command } from "commander";
import { generalOptions } from "../options.ts";

/** Flags of `downpour parser`. */
export interface ParserFlags {
  lang?: string;
  out?: string;
  header?: string;
  packet?: string;
}

/** The options of `downpour parser`. */
export function parserOptions(command: Command): Command {
  command
    .optionsGroup("New:")
    .option("--lang <language>", "c, wat, assemblyscript or rust [c]")
    .optionsGroup("Build:")
    .option("--out <file>", "the file to write [the source's name, .wasm]")
    .optionsGroup("Check and bench:")
    .option("--header <n>", "bytes of a header [4]")
    .option("--packet <file>", "a packet to begin from [a length-prefixed one]");
  return generalOptions(command);
}
