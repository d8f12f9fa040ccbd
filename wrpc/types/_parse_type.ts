import type { Cursor } from "./_cursor.ts";
import type { TypeExpr } from "./_syntax.ts";
import { MAX_TYPE_DEPTH, type WitPrimitive } from "./types.ts";

const PRIMITIVES: ReadonlyMap<string, WitPrimitive> = new Map(
  [
    ...["bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"] as const,
    ...["f32", "f64", "char", "string"] as const,
  ].map((name) => [name, name]),
);

/** Reads a type, for example `option<list<u8>>`. */
export function parseType(cursor: Cursor, depth: number = 1): TypeExpr {
  if (depth > MAX_TYPE_DEPTH) {
    throw cursor.error(`a type of more than ${MAX_TYPE_DEPTH} inside each other`);
  }
  const token = cursor.peek;
  if (token.kind !== "name") throw cursor.error(`expected a type: ${token.text}`);
  if (token.escaped) return { kind: "name", name: cursor.next().text, at: token };
  const primitive = PRIMITIVES.get(token.text);
  if (primitive !== undefined) {
    cursor.next();
    return { kind: "primitive", type: primitive };
  }
  switch (token.text) {
    case "list":
    case "option":
      cursor.next();
      return { kind: token.text, of: argument(cursor, token.text, depth) };
    case "future":
    case "stream":
      cursor.next();
      if (!isOpen(cursor)) return { kind: token.text, of: null };
      return { kind: token.text, of: argument(cursor, token.text, depth) };
    case "result":
      cursor.next();
      return parseResult(cursor, depth);
    case "tuple": {
      cursor.next();
      cursor.expect("<");
      const members = cursor.list(">", "member", () => parseType(cursor, depth + 1));
      if (members.length === 0) throw cursor.error("a tuple needs members", token);
      return { kind: "tuple", members };
    }
    case "own":
    case "borrow": {
      cursor.next();
      cursor.expect("<");
      const at = cursor.name("a resource");
      cursor.expect(">");
      return { kind: "handle", name: at.text, at };
    }
  }
  return { kind: "name", name: cursor.name("a type").text, at: token };
}

function parseResult(cursor: Cursor, depth: number): TypeExpr {
  if (!cursor.accept("<")) return { kind: "result", ok: null, err: null };
  if (cursor.accept("_")) {
    cursor.expect(",");
    const err = parseType(cursor, depth + 1);
    cursor.expect(">");
    return { kind: "result", ok: null, err };
  }
  const ok = parseType(cursor, depth + 1);
  const err = cursor.accept(",") ? parseType(cursor, depth + 1) : null;
  cursor.expect(">");
  return { kind: "result", ok, err };
}

function argument(cursor: Cursor, of: string, depth: number): TypeExpr {
  cursor.expect("<");
  const type = parseType(cursor, depth + 1);
  if (cursor.accept(",")) throw cursor.error(`${of} of a fixed size has no encoding in wRPC`);
  cursor.expect(">");
  return type;
}

function isOpen(cursor: Cursor): boolean {
  return cursor.peek.kind === "mark" && cursor.peek.text === "<";
}
