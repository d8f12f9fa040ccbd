import { Command } from "commander";
import { nearest } from "../internal/mod.ts";
import { COMMAND_NAMES, COMMANDS } from "./commands.ts";
import { valuesOf } from "./completion_values.ts";
import { bashScript } from "./completion_bash.ts";
import type { CompletedCommand, CompletedOption } from "./completion_types.ts";
import { fishScript } from "./completion_fish.ts";
import { zshScript } from "./completion_zsh.ts";
import { quickOptions } from "./quick_options.ts";
import { UsageError } from "./usage_error.ts";

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const SHELL_NAMES = Object.keys(SHELLS);

/**
 * The script that completes `downpour` in a shell, made from the commands as they are parsed.
 *
 * @throws {UsageError} for a shell that there is none for
 */
export function completionOf(shell: string): string {
  if (!Object.hasOwn(SHELLS, shell)) {
    const near = nearest(shell, SHELL_NAMES);
    throw new UsageError(
      `no completion for '${shell}' (${
        near === null ? `there are ${SHELL_NAMES.join(", ")}` : `did you mean ${near}?`
      })`,
    );
  }
  return SHELLS[shell as keyof typeof SHELLS](completedCommands());
}

/** All commands, the quick run first. */
export function completedCommands(): CompletedCommand[] {
  const quick = {
    name: "",
    summary: "",
    options: optionsOf(quickOptions),
    operands: COMMAND_NAMES,
  };
  return [
    quick,
    ...COMMAND_NAMES.map((name): CompletedCommand => {
      const { summary, operand, options } = COMMANDS[name];
      return { name, summary, options: optionsOf(options), operands: operandsOf(operand) };
    }),
  ];
}

function operandsOf(operand: string): readonly string[] | null {
  if (operand === "<shell>") return SHELL_NAMES;
  return operand === "" ? [] : null;
}

function optionsOf(add: (command: Command) => Command): CompletedOption[] {
  const { options } = add(new Command());
  const help = {
    short: "-h",
    long: "--help",
    takesValue: false,
    values: [],
    isPath: false,
    description: "show this help",
  };
  const own = options.filter(({ hidden }) => !hidden).map((option): CompletedOption => ({
    short: option.short ?? null,
    long: option.long!,
    takesValue: option.required || option.optional,
    values: valuesOf(option.long!),
    isPath: /<(?:file|paths|folder|folders|programs)>/.test(option.flags),
    description: option.description,
  }));
  return [...own, help];
}
