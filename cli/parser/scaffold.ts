import { join } from "node:path";
import { nearest, OptionError } from "../../internal/mod.ts";
import { OutputError } from "../files.ts";
import { buildLine } from "./build.ts";
import { SOURCES } from "./sources.ts";

/**
 * Writes the source of a parser into a folder, which is made if need be: one that sends back what
 * comes, to change from there. What is there is never overwritten.
 *
 * @returns what to print
 * @throws {OptionError} for a language that there is none for
 * @throws {OutputError}
 */
export async function newParser(folder: string, language: string): Promise<string> {
  if (!Object.hasOwn(SOURCES, language)) {
    const names = Object.keys(SOURCES);
    const near = nearest(language, names);
    const hint = near === null ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
    throw new OptionError("--lang", `--lang has no ${language}: ${hint}`);
  }
  const { name, text } = SOURCES[language as keyof typeof SOURCES];
  const build = `downpour parser build ${name}`;
  const lines: string[] = [];
  for (const [file, content] of [[name, text], ["README.md", readme(name, build)]] as const) {
    const path = join(folder, file);
    lines.push(await create(folder, path, content) ? `wrote ${path}` : `kept ${path}`);
  }
  return `${lines.join("\n")}\n\nNow: cd ${folder} && ${build} && ` +
    "downpour parser check parser.wasm\n";
}

function readme(name: string, build: string): string {
  return `# A packet parser

\`${name}\` answers packets for \`downpour stress\`: \`HANDLER = "parser.wasm"\` in a stress script.

    ${build}
    downpour parser check parser.wasm
    downpour parser bench parser.wasm

It is built by: \`${buildLine(name)}\`
`;
}

async function create(folder: string, path: string, text: string): Promise<boolean> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, text, { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw new OutputError(path, error);
  }
}
