import type { Token, WitSource } from "./tokens.ts";
import type { WitPrimitive } from "./types.ts";

/** A type as written: names not resolved yet. */
export type TypeExpr =
  | { readonly kind: "primitive"; readonly type: WitPrimitive }
  | { readonly kind: "name"; readonly name: string; readonly at: Token }
  | { readonly kind: "handle"; readonly name: string; readonly at: Token }
  | { readonly kind: "list" | "option"; readonly of: TypeExpr }
  | { readonly kind: "future" | "stream"; readonly of: TypeExpr | null }
  | { readonly kind: "result"; readonly ok: TypeExpr | null; readonly err: TypeExpr | null }
  | { readonly kind: "tuple"; readonly members: readonly TypeExpr[] };

/** A name with its type, as written. */
export interface FieldExpr {
  readonly name: string;
  readonly type: TypeExpr;
}

/** What a name stands for, as written. */
export type TypeDecl =
  | { readonly kind: "alias"; readonly type: TypeExpr }
  | { readonly kind: "record"; readonly fields: readonly FieldExpr[] }
  | {
    readonly kind: "variant";
    readonly cases: readonly { readonly name: string; readonly type: TypeExpr | null }[];
  }
  | { readonly kind: "enum" | "flags"; readonly names: readonly string[] }
  | { readonly kind: "resource" }
  | { readonly kind: "use"; readonly from: InterfaceRef; readonly name: string };

/** An interface as referred to: of this package where `pkg` is null. */
export interface InterfaceRef {
  /** `namespace:name`, without its version. */
  readonly pkg: string | null;
  readonly version: string | null;
  readonly name: string;
  readonly at: Token;
}

/** A function, its name already as on the wire. */
export interface FuncDecl {
  readonly name: string;
  readonly params: readonly FieldExpr[];
  readonly result: TypeExpr | null;
}

/** The body of an interface. */
export interface InterfaceDecl {
  readonly source: WitSource;
  readonly name: string;
  readonly types: ReadonlyMap<string, { readonly decl: TypeDecl; readonly at: Token }>;
  readonly functions: readonly FuncDecl[];
  /** File-level `use` in force where it stands. */
  readonly aliases: ReadonlyMap<string, InterfaceRef>;
}

/** A package's name; null where a file says nothing of it. */
export interface PackageName {
  /** `namespace:name`. */
  readonly name: string;
  /** For example `0.2.0`; null without one. */
  readonly version: string | null;
}

/** Interfaces of one package in one text. */
export interface PackageDecl {
  readonly pkg: PackageName | null;
  readonly interfaces: readonly InterfaceDecl[];
}
