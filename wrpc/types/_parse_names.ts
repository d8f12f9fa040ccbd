import type { Cursor } from "./_cursor.ts";
import type { InterfaceRef, PackageName } from "./_syntax.ts";

/** `wasi:http@0.2.0`. */
export function packageName(cursor: Cursor): PackageName {
  const namespace = cursor.name("a namespace").text;
  cursor.expect(":");
  const name = cursor.name("a package").text;
  return { name: `${namespace}:${name}`, version: version(cursor) };
}

/** `types`, or `wasi:http/types@0.2.0`. */
export function interfaceRef(cursor: Cursor): InterfaceRef {
  const at = cursor.name("an interface");
  if (!cursor.accept(":")) return { pkg: null, version: null, name: at.text, at };
  const pkg = `${at.text}:${cursor.name("a package").text}`;
  cursor.expect("/");
  const { text: name } = cursor.name("an interface");
  return { pkg, version: version(cursor), name, at };
}

function version(cursor: Cursor): string | null {
  if (!cursor.accept("@")) return null;
  const { kind, text } = cursor.peek;
  if (kind !== "number" || !text.includes(".")) {
    throw cursor.error(`expected a version as in 0.2.0: ${text}`);
  }
  return cursor.next().text;
}

/** `@since(version = 0.2.0)` and the like say nothing about the wire. */
export function skipGates(cursor: Cursor): void {
  while (cursor.accept("@")) {
    cursor.name("a gate");
    if (!cursor.accept("(")) continue;
    while (!cursor.accept(")")) {
      if (cursor.ended) throw cursor.error("expected ) at the end of a gate");
      cursor.next();
    }
  }
}
