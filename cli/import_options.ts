import { type Command, Option } from "commander";
import { generalOptions, repeated } from "./options.ts";

/** Flags that say what of requests becomes a script. */
export interface ScriptMakingFlags {
  output?: string;
  force?: boolean;
  host?: readonly string[];
  assets?: boolean;
  thinkTime?: boolean;
  keepSecrets?: boolean;
}

/** Flags of `downpour import`. */
export interface ImportFlags extends ScriptMakingFlags {
  as?: string;
}

/** The options of `downpour import`. */
export function importOptions(command: Command): Command {
  command
    .optionsGroup("Input:")
    .addOption(
      new Option("--as <kind>", "what it is: har, curl, openapi, postman or k6 [its content says]"),
    );
  return generalOptions(scriptMakingOptions(command));
}

/** What `import` and `record` share. */
export function scriptMakingOptions(command: Command): Command {
  return command
    .optionsGroup("Requests (of a HAR, or recorded):")
    .addOption(
      repeated("--host <name>", "take requests to it alone, as in *.a.example; repeatable"),
    )
    .option("--assets", "take images, styles, scripts and fonts too")
    .option("--think-time", "wait as long between requests as was recorded")
    .optionsGroup("Script:")
    .option("-o, --output <file>", "write it there [standard output]")
    .option("--force", "overwrite the file")
    .option("--keep-secrets", "write tokens, cookies and passwords into it");
}
