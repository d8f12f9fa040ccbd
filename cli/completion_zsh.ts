import type { CompletedCommand, CompletedOption } from "./completion_types.ts";

/** Completions for zsh: a file \`_downpour\` on its fpath, or sourced behind \`compinit\`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const named = commands.filter(({ name }) => name !== "");
  const quick = commands.filter(({ name }) => name === "");
  const list = named.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `#compdef downpour
# Completions of downpour for zsh.
_downpour() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  case \${words[(r)(${named.map(({ name }) => name).join("|")})]} in
${named.map((command) => branch(command.name, command, [`1:command:(${command.name})`])).join("\n")}
${
    quick.map((command) => branch("*", command, ["1:command:{_describe command commands}"])).join(
      "\n",
    )
  }
  esac
}
if [[ $funcstack[1] == _downpour ]]; then
  _downpour "$@"
else
  compdef _downpour downpour
fi
`;
}

function branch(
  name: string,
  { operands, options, name: own }: CompletedCommand,
  first: readonly string[],
): string {
  const second = own === ""
    ? []
    : operands === null
    ? ["2:script:_files"]
    : operands.length > 0
    ? [`2:word:(${operands.join(" ")})`]
    : [];
  const specs = [...first, ...second, ...options.flatMap(optionSpecs)].map(quoted);
  return `    ${name}) _arguments ${specs.join(" \\\n      ")} ;;`;
}

function optionSpecs({ short, long, takesValue, values, isPath, description }: CompletedOption) {
  const text = description.replaceAll(/[[\]:\\]/g, "\\$&");
  const value = !takesValue
    ? ""
    : values.length > 0
    ? `:value:(${values.join(" ")})`
    : isPath
    ? ":path:_files"
    : ":value: ";
  return [
    ...(short === null ? [] : [`*${short}[${text}]${value}`]),
    `*${long}${takesValue ? "=" : ""}[${text}]${value}`,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
