import type { CompletedCommand, CompletedOption } from "./completion_types.ts";

/** Completions for bash, without the package bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).filter((name) => name !== "");
  return `# Completions of downpour for bash: source this file.
_downpour() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command= word
  # --option=value is three words here.
  if [[ $current == "=" ]]; then
    current=
  elif [[ $before == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case $word in ${names.join("|")}) command=$word && break ;; esac
  done
  COMPREPLY=()
  case "$command $before" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case "$command $current" in
${commands.map(optionCase).join("\n")}
${commands.map(operandCase).join("\n")}
  esac
}
complete -F _downpour downpour
`;
}

/** What follows an option that takes a value. */
function valueCases({ name, options }: CompletedCommand): string[] {
  const valued = options.filter(({ takesValue }) => takesValue);
  const chosen = valued.filter(({ values }) => values.length > 0);
  const paths = valued.filter(({ isPath }) => isPath);
  const others = valued.filter(({ values, isPath }) => values.length === 0 && !isPath);
  return [
    ...chosen.map((option) => `    ${pattern(name, [option])}) ${reply(option.values)} ;;`),
    ...(paths.length > 0 ? [`    ${pattern(name, paths)}) ${FILES} ;;`] : []),
    ...(others.length > 0 ? [`    ${pattern(name, others)}) return ;;`] : []),
  ];
}

function pattern(name: string, options: readonly CompletedOption[]): string {
  return options.flatMap(({ short, long }) => short === null ? [long] : [short, long])
    .map((flag) => `"${name} ${flag}"`).join(" | ");
}

function optionCase({ name, options }: CompletedCommand): string {
  return `    "${name} -"*) ${reply(options.map(({ long }) => long))} ;;`;
}

function operandCase({ name, operands }: CompletedCommand): string {
  const words = operands === null ? FILES : operands.length > 0 ? reply(operands) : "return";
  return `    "${name} "*) ${words} ;;`;
}

const FILES = `COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null; return`;

/** Words for `compgen -W` are parted by what IFS says: lines. */
function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W $'${words.join("\\n")}' -- "$current")); return`;
}
