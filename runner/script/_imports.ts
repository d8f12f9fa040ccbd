import { init, parse } from "es-module-lexer";
import { nearest } from "../../internal/mod.ts";

/** One import of a module's text. */
export interface ImportSite {
  readonly specifier: string;
  /** Where the import begins. */
  readonly offset: number;
  /** Where its specifier begins: the quote. */
  readonly specifierOffset: number;
  /** Erased by TypeScript. */
  readonly typeOnly: boolean;
}

/** Imports with a known specifier, static and dynamic, of JavaScript or TypeScript text; empty when it does not lex. */
export async function listImports(text: string): Promise<ImportSite[]> {
  await init();
  try {
    return parse(text)[0].flatMap((found) =>
      typeof found.specifier === "string" && !(found.type === "dynamic" && found.glob)
        ? [{
          specifier: found.specifier,
          offset: found.importStart,
          specifierOffset: found.type === "dynamic" ? found.start : found.start - 1,
          typeOnly: found.type === "dynamic" ? found.probablyTypeOnly : found.typeOnly,
        }]
        : []
    );
  } catch {
    return [];
  }
}

/** Imports that would be fetched from the network, which scripts may not do. */
export function isRemote(specifier: string): boolean {
  return /^(?:https?|jsr):/i.test(specifier);
}

/** Names that belong to script modules, whether there is such a module or not. */
export function isScriptModuleName(specifier: string): boolean {
  return /^(?:k6|@downpour\/downpour)(?:\/|$)/.test(specifier);
}

/** What to tell of an import that is refused or does not exist; `where` is its place. */
export function importProblem(
  specifier: string,
  known: readonly string[],
  where: string,
): string {
  const shown = JSON.stringify(specifier.slice(0, 200));
  if (isRemote(specifier)) {
    return `Remote import denied: ${shown}, imported in ${where} ` +
      `(nothing locks what it would load: use a local file or an npm: package)`;
  }
  const near = nearest(specifier, known);
  if (isScriptModuleName(specifier)) {
    return `Unknown script module: ${shown}, imported in ${where} ` +
      `(${near === null ? "" : `did you mean ${near}? `}there are ${known.join(", ")})`;
  }
  const hint = near !== null
    ? ` (did you mean ${near}?)`
    : /^[a-z@][\w@/.-]*$/i.test(specifier)
    ? ` (an npm package is written "npm:${specifier}", a builtin module "node:${specifier}")`
    : "";
  return `Can't resolve import ${shown} in ${where}${hint}`;
}
