/** Types of WIT that hold one number, truth value or text. */
export type WitPrimitive =
  | "bool"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "s8"
  | "s16"
  | "s32"
  | "s64"
  | "f32"
  | "f64"
  | "char"
  | "string";

/** A field of a record. */
export interface WitField {
  /** Name as in WIT, for example `mem-burn-mb`. */
  readonly name: string;
  /** Its type. */
  readonly type: WitType;
}

/** A case of a variant. */
export interface WitCase {
  /** Name as in WIT. */
  readonly name: string;
  /** Type of its payload; null without one. */
  readonly type: WitType | null;
}

/**
 * A WIT type as data, names already resolved: a tree, since WIT has no recursive types.
 *
 * `future` and `stream` without an element carry no data. A resource is a handle: opaque bytes.
 */
export type WitType =
  | { readonly kind: WitPrimitive }
  | { readonly kind: "list"; readonly element: WitType }
  | { readonly kind: "option"; readonly some: WitType }
  | { readonly kind: "result"; readonly ok: WitType | null; readonly err: WitType | null }
  | { readonly kind: "tuple"; readonly members: readonly WitType[] }
  | { readonly kind: "record"; readonly fields: readonly WitField[] }
  | { readonly kind: "variant"; readonly cases: readonly WitCase[] }
  | { readonly kind: "enum"; readonly cases: readonly string[] }
  | { readonly kind: "flags"; readonly names: readonly string[] }
  | { readonly kind: "future"; readonly value: WitType | null }
  | { readonly kind: "stream"; readonly element: WitType | null }
  | { readonly kind: "resource"; readonly name: string };

/** A function of an interface. */
export interface WitFunction {
  /**
   * Name on the wire: `handle`; of a resource, `fields` for its constructor and `fields.get` for
   * methods (whose first parameter is then the handle) and static functions.
   */
  readonly name: string;
  /** Parameters in order. */
  readonly params: readonly WitField[];
  /** Type of the result; null without one. */
  readonly result: WitType | null;
}

/** An interface: what a client calls and a server implements. */
export interface WitInterface {
  /** Instance name on the wire, for example `wrpc:http/incoming-handler@0.1.0`. */
  readonly name: string;
  /** Functions by their name on the wire. */
  readonly functions: ReadonlyMap<string, WitFunction>;
  /** Types by the name that the interface gives or `use`s them. */
  readonly types: ReadonlyMap<string, WitType>;
}

/** What one or more `.wit` texts define. */
export interface WitDocument {
  /** Interfaces by instance name. */
  readonly interfaces: ReadonlyMap<string, WitInterface>;
}

/** Most types inside each other; deeper ones are refused by reader and codec (faults: deep nesting). */
export const MAX_TYPE_DEPTH = 64;
