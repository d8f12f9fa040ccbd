import type { CompletedCommand, CompletedOption } from "./completion_types.ts";

/** Completions for fish: a file `downpour.fish` in its folder of completions, or sourced. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).filter((name) => name !== "");
  const lines = commands.flatMap((command) => {
    const { name, summary, operands, options } = command;
    const when = name === ""
      ? `not __fish_seen_subcommand_from ${names.join(" ")}`
      : `__fish_seen_subcommand_from ${name}`;
    return [
      ...(name === "" ? [] : [line(`not __fish_seen_subcommand_from ${names.join(" ")}`, [
        `-a ${name}`,
        `-d ${quoted(summary)}`,
      ])]),
      ...(name === "" ? [] : operandLines(when, operands)),
      ...options.map((option) => optionLine(when, option)),
    ];
  });
  return `# Completions of downpour for fish.\ncomplete -c downpour -f\n${lines.join("\n")}\n`;
}

function operandLines(when: string, operands: readonly string[] | null): string[] {
  if (operands === null) return [line(when, ["-F"])];
  return operands.length > 0 ? [line(when, [`-a ${quoted(operands.join(" "))}`])] : [];
}

function optionLine(when: string, option: CompletedOption): string {
  const { short, long, takesValue, values, isPath, description } = option;
  return line(when, [
    ...(short === null ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(!takesValue
      ? []
      : values.length > 0
      ? ["-x", `-a ${quoted(values.join(" "))}`]
      : isPath
      ? ["-r", "-F"]
      : ["-x"]),
    `-d ${quoted(description)}`,
  ]);
}

function line(when: string, rest: readonly string[]): string {
  return ["complete -c downpour", `-n ${quoted(when)}`, ...rest].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
