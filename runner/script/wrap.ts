import { init, parse } from "es-module-lexer";
import { ScriptError } from "./errors.ts";

/** What one parameter of the wrapped function stands for. */
export type Parameter =
  /** An export of another module; `name` null is the whole module. */
  | { kind: "import"; specifier: string; name: string | null; offset: number }
  /** All named exports of a module, re-exported. */
  | { kind: "exports"; specifier: string; offset: number }
  /** The `import.meta` at this place. */
  | { kind: "meta"; offset: number }
  /** What stands in for `import()`. */
  | { kind: "dynamic-import" };

/** A module as a function: run it once per instance. */
export interface WrappedModule {
  /**
   * An async function expression: call it with what `parameters` stand for; it resolves with an
   * object of live getters. Lines are those of the module, columns too, but in the first line.
   */
  readonly text: string;
  /** How far the first line was moved to the right. */
  readonly columnShift: number;
  /** What the function takes, in order. */
  readonly parameters: readonly Parameter[];
  /** Every module that it imports, side-effect imports too, with the place of the first import. */
  readonly imports: ReadonlyMap<string, number>;
  /** Exported names, without those of `export *`. */
  readonly exportNames: readonly string[];
}

/**
 * Rewrites an ES module into one async function, so that many instances of it share compiled code.
 * Imports become parameters, `import.meta` and `import()` become names, exports become getters of
 * the result; all else stays at its place. Top-level `await` works as it did.
 *
 * It takes what a bundler writes: exports as clauses, declarations or `default` expressions.
 *
 * @throws {ScriptError} `script_syntax` when the text does not lex as a module, `script_import` on
 * import phases (`import defer`, `import source`)
 */
export async function wrapModule(code: string): Promise<WrappedModule> {
  await init();
  const [imports, exports] = lex(code);
  const edits = new Edits(code);
  const names = new Names(code);
  const parameters: Parameter[] = [];
  const locals: string[] = [];
  const imported = new Map<string, number>();
  const getters = new Map<string, string>();
  const stars: string[] = [];
  const pass = (local: string, parameter: Parameter) => {
    locals.push(local);
    parameters.push(parameter);
    return local;
  };

  for (const found of imports) {
    const offset = found.importStart;
    if (found.type === "import-meta") {
      const local = pass(names.fresh(11), { kind: "meta", offset });
      edits.replace(found.start, found.end, local);
      continue;
    }
    if (found.phase !== null) {
      throw new ScriptError("script_import", `Import phase not supported: import ${found.phase}`);
    }
    if (found.type === "dynamic") continue;
    if (!imported.has(found.specifier)) imported.set(found.specifier, offset);
    const statement = code.slice(offset, found.importEnd);
    if (statement.startsWith("import")) {
      for (const [name, local] of importClause(code.slice(offset + 6, found.start - 1))) {
        pass(local, { kind: "import", specifier: found.specifier, name, offset });
      }
    }
    edits.blank(offset, found.importEnd);
  }
  const dynamic = imports.filter((found) => found.type === "dynamic");
  if (dynamic.length > 0) {
    const local = pass(names.fresh(6), { kind: "dynamic-import" });
    for (const found of dynamic) edits.replace(found.importStart, found.importStart + 6, local);
  }

  const clauses = new Set<number>();
  const statements = new Set(imports.map((found) => found.importStart));
  for (const offset of new Set(exports.map((found) => found.exportStart))) {
    // `export … from` went with the imports.
    if (statements.has(offset) || !/^export\s*\{/.test(code.slice(offset, offset + 100))) continue;
    clauses.add(offset);
    edits.blank(offset, clauseEnd(code, exports, offset));
  }
  for (const found of exports) {
    const offset = found.exportStart;
    if (found.type === "reexport-all") {
      stars.push(pass(names.fresh(6), { kind: "exports", specifier: found.from, offset }));
    } else if (found.type === "reexport") {
      // Also when imported by one statement and exported by another.
      const { from: specifier, importName: name } = found;
      getters.set(found.name, pass(names.fresh(6), { kind: "import", specifier, name, offset }));
    } else if (clauses.has(offset)) {
      getters.set(found.name, found.localName ?? found.name);
    } else if (found.name === "default" && found.localName === undefined) {
      const local = names.fresh(6);
      edits.replace(offset, found.end, `const ${local}=`);
      getters.set("default", local);
    } else {
      edits.replace(offset, found.name === "default" ? found.end : offset + 6, "");
      getters.set(found.name, found.localName ?? found.name);
    }
  }

  if (code.startsWith("#!")) edits.replace(0, 2, "//");
  const prologue = `(async function(${locals.join(",")}){"use strict";`;
  const fields = [
    ...stars.map((local) => `...${local}`),
    ...[...getters].map(([name, local]) => `get ${JSON.stringify(name)}(){return ${local}}`),
  ];
  return {
    text: `${prologue}${edits.apply()}\nreturn {__proto__:null,${fields.join(",")}}})`,
    columnShift: prologue.length,
    parameters,
    imports: imported,
    exportNames: [...getters.keys()],
  };
}

function lex(code: string): ReturnType<typeof parse> {
  try {
    return parse(code);
  } catch (error) {
    throw new ScriptError("script_syntax", "Can't read the bundle as a module", error);
  }
}

/** Where a clause `export { … }` ends: names may be strings that hold braces, so behind the last one. */
function clauseEnd(code: string, exports: ReturnType<typeof parse>[1], start: number): number {
  let last = start;
  for (const found of exports) if (found.exportStart === start) last = Math.max(last, found.end);
  return code.indexOf("}", last) + 1;
}

const CLAUSE_TOKEN =
  /\s+|\/\*[^]*?\*\/|\/\/.*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$\u0080-\uffff]+|[{},*])/gy;

/** The bindings between `import` and its specifier: imported name (null for `* as`) and local name. */
function importClause(text: string): [name: string | null, local: string][] {
  const tokens = [...text.matchAll(CLAUSE_TOKEN)].flatMap(([, token]) => token ?? []);
  const bindings: [string | null, string][] = [];
  let inBraces = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === "{" || token === "}") inBraces = token === "{";
    else if (token === "," || (token === "from" && !inBraces && i === tokens.length - 1)) continue;
    else if (tokens[i + 1] === "as" && (token === "*" || isName(tokens[i + 2]))) {
      bindings.push([token === "*" ? null : unquote(token), tokens[i + 2]!]);
      i += 2;
    } else bindings.push([inBraces ? token : "default", token]);
  }
  return bindings;
}

function isName(token: string | undefined): boolean {
  return token !== undefined && token !== "," && token !== "}";
}

function unquote(token: string): string {
  if (token.startsWith('"')) return JSON.parse(token);
  return token.startsWith("'") ? token.slice(1, -1) : token;
}

/** Changes to a text that leave line breaks where they are. */
class Edits {
  readonly #text: string;
  readonly #edits: [start: number, end: number, text: string][] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Puts `text` in place of a longer stretch, filled up with spaces. */
  replace(start: number, end: number, text: string): void {
    const rest = this.#text.slice(start + text.length, end).replace(/[^\r\n\u2028\u2029]/g, " ");
    this.#edits.push([start, end, text + rest]);
  }

  /** Takes a statement out; the semicolon keeps its neighbours apart. */
  blank(start: number, end: number): void {
    this.replace(start, end, ";");
  }

  apply(): string {
    let result = "";
    let from = 0;
    for (const [start, end, text] of this.#edits.sort((a, b) => a[0] - b[0])) {
      result += this.#text.slice(from, start) + text;
      from = end;
    }
    return result + this.#text.slice(from);
  }
}

/** Identifiers of a given length that the text does not hold. */
class Names {
  readonly #text: string;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fresh(length: number): string {
    for (;;) {
      const name = `$${(this.#next++).toString(36).padStart(length - 1, "_")}`;
      if (!this.#text.includes(name)) return name;
    }
  }
}
