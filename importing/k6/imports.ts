import type ts from "typescript";
import type { Finding } from "./asynchronous.ts";
import type { Edit } from "./edits.ts";
import {
  hintFor,
  isGlobalImport,
  RENAMED,
  TYPED_UTIL_FUNCTIONS,
  UTIL_FUNCTIONS,
  UTILS,
} from "./modules.ts";
import { lineOf, type Program, walk } from "./program.ts";

/** What becomes of a script's imports. */
export interface ImportChanges {
  readonly edits: readonly Edit[];
  readonly findings: readonly Finding[];
  /** Functions to add at the end, in place of those that were imported. */
  readonly functions: readonly string[];
}

/** Renames, leaves out or reports imports; `open` is an import here. */
export function changeImports(program: Program, language: "ts" | "js"): ImportChanges {
  const { ts, source } = program;
  const edits: Edit[] = [];
  const findings: Finding[] = [];
  const functions: string[] = [];
  let firstImport = -1;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    if (firstImport < 0) firstImport = statement.getStart(source);
    const module = statement.moduleSpecifier.text;
    const names = namedImports(program, statement);
    const renamed = Object.hasOwn(RENAMED, module) ? RENAMED[module] : undefined;
    const own = UTILS.test(module) ? utilities(names, language) : null;
    if (renamed !== undefined) {
      const { moduleSpecifier: specifier } = statement;
      edits.push({
        start: specifier.getStart(source) + 1,
        end: specifier.end - 1,
        text: renamed,
        order: 0,
      });
    } else if (own !== null) {
      edits.push(removal(source, statement));
      functions.push(...own);
    } else if (isGlobalImport(module, names.map(({ name }) => name))) {
      edits.push(removal(source, statement));
    } else {
      const hint = UTILS.test(module)
        ? `only ${Object.keys(UTIL_FUNCTIONS).join(", ")} can be written here`
        : hintFor(module);
      if (hint !== null) {
        findings.push({ line: lineOf(program, statement), text: `import of ${module}: ${hint}` });
      }
    }
  }
  if (usesGlobalOpen(program, findings)) {
    const at = Math.max(0, firstImport);
    edits.push({ start: at, end: at, text: 'import { open } from "k6/data";\n', order: 1 });
  }
  return { edits, findings, functions };
}

/** The names of an import; one that isn't named counts as `*`. */
function namedImports(
  { ts }: Program,
  { importClause }: ts.ImportDeclaration,
): { name: string; local: string }[] {
  if (importClause === undefined) return [];
  const names: { name: string; local: string }[] = [];
  if (importClause.name !== undefined) {
    names.push({ name: "default", local: importClause.name.text });
  }
  const bindings = importClause.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, { name: "*", local: bindings.name.text }];
  for (const { propertyName, name } of bindings.elements) {
    names.push({ name: (propertyName ?? name).text, local: name.text });
  }
  return names;
}

/** The functions of k6-utils that are imported; null when one of them can't be written. */
function utilities(
  names: readonly { name: string; local: string }[],
  language: "ts" | "js",
): string[] | null {
  const known = language === "ts" ? TYPED_UTIL_FUNCTIONS : UTIL_FUNCTIONS;
  const found = names.map(({ name, local }) =>
    Object.hasOwn(known, name)
      ? known[name]!.replace(`function ${name}`, `function ${local}`)
      : null
  );
  return found.every((one) => one !== null) ? found : null;
}

/** Whether the script opens files by k6's global function; other modes than "b" are reported. */
function usesGlobalOpen(program: Program, findings: Finding[]): boolean {
  const { ts, source, checker } = program;
  let uses = false;
  walk(program, source, (node) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
    if (node.expression.text !== "open") return;
    if (checker.getSymbolAtLocation(node.expression)?.declarations !== undefined) return;
    uses = true;
    const mode = node.arguments[1];
    if (mode !== undefined && !(ts.isStringLiteralLike(mode) && mode.text === "b")) {
      const text = `open() has the mode ${
        mode.getText(source).slice(0, 40)
      }: it is "b" or left out`;
      findings.push({ line: lineOf(program, node), text });
    }
  });
  return uses;
}

/** A statement with its line end. */
function removal(source: ts.SourceFile, statement: ts.Statement): Edit {
  const rest = /^[ \t]*\r?\n/.exec(source.text.slice(statement.end));
  return {
    start: statement.getStart(source),
    end: statement.end + (rest?.[0].length ?? 0),
    text: "",
    order: 0,
  };
}
