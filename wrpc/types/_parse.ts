import { Cursor } from "./_cursor.ts";
import { parseInterface } from "./_parse_interface.ts";
import { interfaceRef, packageName, skipGates } from "./_parse_names.ts";
import type { InterfaceDecl, InterfaceRef, PackageDecl, PackageName } from "./_syntax.ts";
import type { Token, WitSource } from "./tokens.ts";

/** Reads one text: its own package first, then packages that it nests. */
export function parse(source: WitSource): PackageDecl[] {
  const cursor = new Cursor(source);
  let pkg: PackageName | null = null;
  const nested: PackageDecl[] = [];
  skipGates(cursor);
  if (cursor.isWord("package")) {
    cursor.next();
    const name = packageName(cursor);
    if (cursor.accept("{")) nested.push({ pkg: name, interfaces: items(cursor, "}", nested) });
    else {
      cursor.expect(";");
      pkg = name;
    }
  }
  const interfaces = items(cursor, null, nested);
  return [{ pkg, interfaces }, ...nested];
}

function items(cursor: Cursor, close: string | null, nested: PackageDecl[]): InterfaceDecl[] {
  const interfaces: InterfaceDecl[] = [];
  const aliases = new Map<string, InterfaceRef>();
  for (;;) {
    if (close === null ? cursor.ended : cursor.accept(close)) return interfaces;
    skipGates(cursor);
    if (cursor.acceptWord("interface")) interfaces.push(parseInterface(cursor, aliases));
    else if (cursor.acceptWord("world")) skipWorld(cursor);
    else if (cursor.acceptWord("use")) {
      const ref = interfaceRef(cursor);
      const alias = cursor.acceptWord("as") ? cursor.name("an interface") : ref.at;
      cursor.expect(";");
      aliases.set(alias === ref.at ? ref.name : alias.text, ref);
    } else if (close === null && cursor.acceptWord("package")) {
      const pkg = packageName(cursor);
      if (!cursor.accept("{")) throw cursor.error("package stands first, or has its own { }");
      nested.push({ pkg, interfaces: items(cursor, "}", nested) });
    } else {
      throw cursor.error(`expected interface, world or use: ${cursor.peek.text}`);
    }
  }
}

/** Worlds say what a component imports and exports: nothing that a call needs. */
function skipWorld(cursor: Cursor): void {
  const begin: Token = cursor.name("a world");
  cursor.expect("{");
  for (let depth = 1; depth > 0;) {
    if (cursor.ended) throw cursor.error(`world ${begin.text} isn't closed`, begin);
    const { kind, text } = cursor.next();
    if (kind === "mark" && text === "{") depth++;
    if (kind === "mark" && text === "}") depth--;
  }
}
