import type {
  FieldExpr,
  FuncDecl,
  InterfaceDecl,
  InterfaceRef,
  PackageName,
  TypeDecl,
  TypeExpr,
} from "./_syntax.ts";
import { type Token, witError } from "./tokens.ts";
import {
  MAX_TYPE_DEPTH,
  type WitField,
  type WitFunction,
  type WitInterface,
  type WitPrimitive,
  type WitType,
} from "./types.ts";

/** An interface with the package that it belongs to. */
export interface Placed {
  readonly pkg: PackageName;
  readonly decl: InterfaceDecl;
}

/** `wasi:http/types@0.2.0`. */
export function instanceName({ name, version }: PackageName, of: string): string {
  return `${name}/${of}${version === null ? "" : `@${version}`}`;
}

/** A type, and how many are inside each other in it. */
interface Resolved {
  readonly type: WitType;
  readonly depth: number;
}

/** Replaces names by what they stand for, in interfaces that know each other. */
export class Resolver {
  readonly #interfaces: ReadonlyMap<string, Placed>;
  /** By interface and name; null while it is being resolved: a cycle if it is met again. */
  readonly #types = new Map<InterfaceDecl, Map<string, Resolved | null>>();
  readonly #primitives = new Map<WitPrimitive, Resolved>();

  constructor(interfaces: ReadonlyMap<string, Placed>) {
    this.#interfaces = interfaces;
  }

  resolve(placed: Placed): WitInterface {
    const { pkg, decl } = placed;
    const types = new Map<string, WitType>();
    for (const [name, { at }] of decl.types) types.set(name, this.#named(placed, name, at).type);
    const functions = new Map<string, WitFunction>();
    for (const func of decl.functions) functions.set(func.name, this.#function(placed, func));
    return { name: instanceName(pkg, decl.name), functions, types };
  }

  #function(placed: Placed, { name, params, result }: FuncDecl): WitFunction {
    return {
      name,
      params: this.#fields(placed, params).fields,
      result: result === null ? null : this.#expr(placed, result).type,
    };
  }

  #named(placed: Placed, name: string, at: Token): Resolved {
    const { decl } = placed;
    let known = this.#types.get(decl);
    if (known === undefined) this.#types.set(decl, known = new Map());
    const before = known.get(name);
    if (before === null) throw witError(decl.source, at, `${name} contains itself`);
    if (before !== undefined) return before;
    const found = decl.types.get(name);
    if (found === undefined) {
      throw witError(decl.source, at, `interface ${decl.name} has no type ${name}`);
    }
    known.set(name, null);
    const resolved = this.#decl(placed, name, found.decl, found.at);
    if (resolved.depth > MAX_TYPE_DEPTH) {
      throw witError(decl.source, at, `${name} has more than ${MAX_TYPE_DEPTH} inside each other`);
    }
    known.set(name, resolved);
    return resolved;
  }

  #decl(placed: Placed, name: string, decl: TypeDecl, at: Token): Resolved {
    switch (decl.kind) {
      case "alias":
        return this.#expr(placed, decl.type);
      case "use":
        return this.#named(this.#find(placed, decl.from), decl.name, at);
      case "resource":
        return { type: { kind: "resource", name }, depth: 1 };
      case "enum":
        return { type: { kind: "enum", cases: decl.names }, depth: 1 };
      case "flags":
        return { type: { kind: "flags", names: decl.names }, depth: 1 };
      case "record": {
        const { fields, depth } = this.#fields(placed, decl.fields);
        return { type: { kind: "record", fields }, depth };
      }
      case "variant": {
        let depth = 1;
        const cases = decl.cases.map((one) => {
          const inner = this.#maybe(placed, one.type);
          depth = Math.max(depth, 1 + (inner?.depth ?? 0));
          return { name: one.name, type: inner?.type ?? null };
        });
        return { type: { kind: "variant", cases }, depth };
      }
    }
  }

  #fields(
    placed: Placed,
    fields: readonly FieldExpr[],
  ): { readonly fields: WitField[]; readonly depth: number } {
    let depth = 1;
    const resolved = fields.map(({ name, type }) => {
      const inner = this.#expr(placed, type);
      depth = Math.max(depth, 1 + inner.depth);
      return { name, type: inner.type };
    });
    return { fields: resolved, depth };
  }

  #maybe(placed: Placed, expr: TypeExpr | null): Resolved | null {
    return expr === null ? null : this.#expr(placed, expr);
  }

  #expr(placed: Placed, expr: TypeExpr): Resolved {
    switch (expr.kind) {
      case "primitive":
        return this.#primitive(expr.type);
      case "name":
        return this.#named(placed, expr.name, expr.at);
      case "handle": {
        const resolved = this.#named(placed, expr.name, expr.at);
        if (resolved.type.kind === "resource") return resolved;
        throw witError(placed.decl.source, expr.at, `${expr.name} is no resource`);
      }
      case "list": {
        const { type, depth } = this.#expr(placed, expr.of);
        return { type: { kind: "list", element: type }, depth: depth + 1 };
      }
      case "option": {
        const { type, depth } = this.#expr(placed, expr.of);
        return { type: { kind: "option", some: type }, depth: depth + 1 };
      }
      case "future":
      case "stream": {
        const inner = this.#maybe(placed, expr.of);
        const [of, depth] = [inner?.type ?? null, 1 + (inner?.depth ?? 0)];
        const type: WitType = expr.kind === "future"
          ? { kind: "future", value: of }
          : { kind: "stream", element: of };
        return { type, depth };
      }
      case "result": {
        const [ok, err] = [this.#maybe(placed, expr.ok), this.#maybe(placed, expr.err)];
        const depth = 1 + Math.max(ok?.depth ?? 0, err?.depth ?? 0);
        return { type: { kind: "result", ok: ok?.type ?? null, err: err?.type ?? null }, depth };
      }
      case "tuple": {
        const members = expr.members.map((member) => this.#expr(placed, member));
        const depth = 1 + Math.max(...members.map((member) => member.depth));
        return { type: { kind: "tuple", members: members.map(({ type }) => type) }, depth };
      }
    }
  }

  #primitive(kind: WitPrimitive): Resolved {
    let known = this.#primitives.get(kind);
    if (known === undefined) this.#primitives.set(kind, known = { type: { kind }, depth: 1 });
    return known;
  }

  #find({ pkg, decl }: Placed, written: InterfaceRef): Placed {
    const ref = written.pkg === null ? decl.aliases.get(written.name) ?? written : written;
    const of = ref.pkg === null ? pkg : { name: ref.pkg, version: ref.version };
    const name = instanceName(of, ref.name);
    const found = this.#interfaces.get(name);
    if (found !== undefined) return found;
    const known = [...this.#interfaces.keys()].join(", ");
    throw witError(decl.source, written.at, `${name} isn't in the texts, which have ${known}`);
  }
}
