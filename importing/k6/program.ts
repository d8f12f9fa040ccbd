import type ts from "typescript";
import { ImportError } from "../errors.ts";
import { loadTypeScript, type TypeScript } from "../typescript.ts";

/** A script as the compiler sees it. */
export interface Program {
  readonly ts: TypeScript;
  readonly source: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/**
 * Parses and binds one script; what it imports is not looked at.
 *
 * @throws {ImportError} with line and column for what can't be parsed
 */
export async function readProgram(
  file: string,
  text: string,
  language: "ts" | "js",
): Promise<Program> {
  const ts = await loadTypeScript();
  const name = `/script.${language}`;
  const options: ts.CompilerOptions = {
    allowJs: true,
    noLib: true,
    noResolve: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
  };
  const source = ts.createSourceFile(name, text, { languageVersion: ts.ScriptTarget.ESNext }, true);
  const program = ts.createProgram({
    rootNames: [name],
    options,
    host: {
      getSourceFile: (asked) => asked === name ? source : undefined,
      getDefaultLibFileName: () => "",
      writeFile() {},
      getCurrentDirectory: () => "/",
      getCanonicalFileName: (path) => path,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      fileExists: (asked) => asked === name,
      readFile: () => undefined,
    },
  });
  const [fault] = program.getSyntacticDiagnostics(source);
  if (fault !== undefined) {
    const { line, character } = source.getLineAndCharacterOfPosition(fault.start ?? 0);
    throw new ImportError("import_invalid", file, {
      place: `line ${line + 1}, column ${character + 1}`,
      problem: `can't be parsed: ${ts.flattenDiagnosticMessageText(fault.messageText, " ")}`,
      expected: "a k6 script in JavaScript or TypeScript",
    });
  }
  return { ts, source, checker: program.getTypeChecker() };
}

/** Calls `visit` for every node, parents before children. */
export function walk({ ts }: Program, node: ts.Node, visit: (node: ts.Node) => void): void {
  const stack: ts.Node[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    visit(next);
    const children: ts.Node[] = [];
    ts.forEachChild(next, (child) => {
      children.push(child);
    });
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
  }
}

/** 1-based line of a node. */
export function lineOf({ source }: Program, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
