import type { Cursor } from "./_cursor.ts";
import { interfaceRef, skipGates } from "./_parse_names.ts";
import { parseType } from "./_parse_type.ts";
import type {
  FieldExpr,
  FuncDecl,
  InterfaceDecl,
  InterfaceRef,
  TypeDecl,
  TypeExpr,
} from "./_syntax.ts";
import type { Token } from "./tokens.ts";

/** What an interface has defined so far. */
interface Body {
  readonly types: Map<string, { decl: TypeDecl; at: Token }>;
  readonly functions: FuncDecl[];
  /** Names of types and functions: they share one space. */
  readonly taken: Set<string>;
}

/** Reads an interface from its name on. */
export function parseInterface(
  cursor: Cursor,
  aliases: ReadonlyMap<string, InterfaceRef>,
): InterfaceDecl {
  const { text: name } = cursor.name("an interface");
  const body: Body = { types: new Map(), functions: [], taken: new Set() };
  cursor.expect("{");
  while (!cursor.accept("}")) {
    skipGates(cursor);
    parseItem(cursor, body);
  }
  return { source: cursor.source, name, types: body.types, functions: body.functions, aliases };
}

function parseItem(cursor: Cursor, body: Body): void {
  const first = cursor.peek;
  if (cursor.second.text === ":" || first.escaped) return parseNamedFunction(cursor, body);
  switch (first.kind === "name" ? first.text : "") {
    case "use":
      cursor.next();
      return parseUse(cursor, body);
    case "type": {
      cursor.next();
      const at = cursor.name("a type");
      cursor.expect("=");
      const type = parseType(cursor);
      cursor.expect(";");
      return define(cursor, body, at, { kind: "alias", type });
    }
    case "record": {
      const at = named(cursor, "a record");
      const fields = unique(cursor, at, cursor.list("}", "field", () => field(cursor, "a field")));
      return define(cursor, body, at, { kind: "record", fields });
    }
    case "variant": {
      const at = named(cursor, "a variant");
      const cases = unique(cursor, at, cursor.list("}", "case", () => variantCase(cursor)));
      return define(cursor, body, at, { kind: "variant", cases });
    }
    case "enum":
    case "flags": {
      const kind = first.text === "enum" ? "enum" : "flags";
      const at = named(cursor, kind === "enum" ? "an enum" : "a set of flags");
      const names = cursor.list("}", "name", () => {
        skipGates(cursor);
        return { name: cursor.name("a case").text };
      });
      unique(cursor, at, names);
      return define(cursor, body, at, { kind, names: names.map(({ name }) => name) });
    }
    case "resource":
      cursor.next();
      return parseResource(cursor, body);
  }
  throw cursor.error(`expected a type, a function or }: ${first.text}`);
}

/** After the keyword: a name and `{`. */
function named(cursor: Cursor, what: string): Token {
  cursor.next();
  const at = cursor.name(what);
  cursor.expect("{");
  return at;
}

function unique<T extends { readonly name: string }>(cursor: Cursor, at: Token, items: T[]): T[] {
  if (items.length === 0) throw cursor.error(`${at.text} is empty`, at);
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name)) throw cursor.error(`${at.text} has ${name} twice`, at);
    seen.add(name);
  }
  return items;
}

function define(cursor: Cursor, body: Body, at: Token, decl: TypeDecl): void {
  take(cursor, body, at.text, at);
  body.types.set(at.text, { decl, at });
}

function take(cursor: Cursor, body: Body, name: string, at: Token): void {
  if (body.taken.has(name)) throw cursor.error(`${name} is defined twice`, at);
  body.taken.add(name);
}

function field(cursor: Cursor, what: string): FieldExpr {
  skipGates(cursor);
  const { text: name } = cursor.name(what);
  cursor.expect(":");
  return { name, type: parseType(cursor) };
}

function variantCase(cursor: Cursor): { name: string; type: TypeExpr | null } {
  skipGates(cursor);
  const { text: name } = cursor.name("a case");
  if (!cursor.accept("(")) return { name, type: null };
  const type = parseType(cursor);
  cursor.expect(")");
  return { name, type };
}

/** `use types.{a, b as c};` */
function parseUse(cursor: Cursor, body: Body): void {
  const from = interfaceRef(cursor);
  cursor.expect(".");
  cursor.expect("{");
  cursor.list("}", "name", () => {
    const used = cursor.name("a type");
    const at = cursor.acceptWord("as") ? cursor.name("a type") : used;
    define(cursor, body, at, { kind: "use", from, name: used.text });
  });
  cursor.expect(";");
}

function parseNamedFunction(cursor: Cursor, body: Body): void {
  const at = cursor.name("a function");
  cursor.expect(":");
  take(cursor, body, at.text, at);
  body.functions.push(parseFunction(cursor, at.text, []));
}

/** Reads a function from `func` on. @param before parameters that aren't written */
function parseFunction(cursor: Cursor, name: string, before: readonly FieldExpr[]): FuncDecl {
  cursor.acceptWord("async"); // How it is lifted, not what is sent.
  if (!cursor.acceptWord("func")) throw cursor.error(`expected func: ${cursor.peek.text}`);
  const params = parseParams(cursor);
  let result: TypeExpr | null = null;
  if (cursor.accept("->")) {
    if (cursor.peek.text === "(") throw cursor.error("named results are no longer part of WIT");
    result = parseType(cursor);
  }
  cursor.expect(";");
  return { name, params: [...before, ...params], result };
}

function parseParams(cursor: Cursor): FieldExpr[] {
  const at = cursor.peek;
  cursor.expect("(");
  const params = cursor.list(")", "parameter", () => field(cursor, "a parameter"));
  return params.length === 0 ? params : unique(cursor, { ...at, text: "the function" }, params);
}

/** `resource name;` or with its constructor, methods and static functions. */
function parseResource(cursor: Cursor, body: Body): void {
  const at = cursor.name("a resource");
  define(cursor, body, at, { kind: "resource" });
  if (cursor.accept(";")) return;
  cursor.expect("{");
  const handle: TypeExpr = { kind: "handle", name: at.text, at };
  while (!cursor.accept("}")) {
    skipGates(cursor);
    if (cursor.isWord("constructor") && cursor.second.text === "(") {
      cursor.next();
      const params = parseParams(cursor);
      const fallible = cursor.accept("->") ? parseType(cursor) : handle;
      cursor.expect(";");
      body.functions.push({ name: at.text, params, result: fallible });
      continue;
    }
    const method = cursor.name("a method");
    const name = `${at.text}.${method.text}`;
    take(cursor, body, name, method);
    cursor.expect(":");
    const isStatic = cursor.acceptWord("static");
    body.functions.push(
      parseFunction(cursor, name, isStatic ? [] : [{ name: "self", type: handle }]),
    );
  }
}
