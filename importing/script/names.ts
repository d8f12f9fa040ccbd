import type { Definition } from "./plan.ts";

/** Names that a generated script has already, and words that no constant can be called. */
const TAKEN = [
  ...["check", "client", "Client", "env", "file", "group", "open", "options", "response", "sleep"],
  ...["status", "replay", "crypto", "Date", "Math", "Promise", "Uint8Array", "undefined", "NaN"],
  ...["arguments", "async", "await", "break", "case", "catch", "class", "const", "continue"],
  ...["debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false"],
  ...["finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface"],
  ...[
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
  ],
  ...["switch", "this", "throw", "true", "try", "type", "typeof", "var", "void", "while", "with"],
  "yield",
];
const LONGEST = 40;

/** What each definition's constant is called: unique, in camel case, close to its name. */
export function constantNames(definitions: readonly Definition[]): Map<Definition, string> {
  const taken = new Set(TAKEN);
  return new Map(definitions.map((definition) => {
    const words = definition.kind === "env"
      ? definition.env
      : definition.path.slice(definition.path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
    const name = unique(camelCase(words) || "value", taken);
    return [definition, name];
  }));
}

/** A name for `env`: capitals, digits and underscores, "VALUE" where nothing is left. */
export function envName(text: string): string {
  const name = text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toUpperCase()
    .slice(0, LONGEST);
  if (name === "") return "VALUE";
  return /^\d/.test(name) ? `V${name}` : name;
}

/** A name that is not taken: with a number behind it where need be. Takes it. */
export function unique(name: string, taken: Set<string>): string {
  let found = name;
  for (let n = 2; taken.has(found); n++) found = `${name}${n}`;
  taken.add(found);
  return found;
}

function camelCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word, i) => {
    const lower = word === word.toUpperCase() ? word.toLowerCase() : word;
    return i === 0
      ? lower[0]!.toLowerCase() + lower.slice(1)
      : lower[0]!.toUpperCase() + lower.slice(1);
  }).join("").slice(0, LONGEST);
  return /^\d/.test(name) ? `v${name}` : name;
}
