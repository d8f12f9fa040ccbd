import { type Command, Option } from "commander";
import { generalOptions, loadOptions, runOptions, scriptPart } from "./options.ts";
import type { ScriptFlags } from "./options.ts";
import { permissionOptions } from "./permissions.ts";

/** Flags of `downpour archive`. */
export interface ArchiveFlags extends ScriptFlags {
  output: string;
  /** k6's name for `output`. */
  archiveOut?: string;
}

/** The options of commands that run a script once: `check` and `perms`. */
export function probeOptions(command: Command): Command {
  runOptions(scriptPart(command), ["Script:", "HTTP:", "Connections:"]);
  permissionOptions(command);
  return plainOptions(
    command.optionsGroup("Output:").option("--no-color", "use no colours (also: NO_COLOR)"),
  );
}

/** The options of `downpour archive`. */
export function archiveOptions(command: Command): Command {
  command
    .optionsGroup("Archive:")
    .option("-o, --output <file>", "the file to write [archive.tar]")
    .addOption(new Option("-O, --archive-out <file>", "as --output, by k6's name").hideHelp());
  scriptPart(loadOptions(command, { vus: "[the script's]", duration: "[the script's]" }));
  runOptions(command, ["Load:", "Script:", "HTTP:", "Connections:"]);
  return plainOptions(permissionOptions(command));
}

/** The options of commands that have none of their own. */
export function plainOptions(command: Command): Command {
  return generalOptions(command);
}
