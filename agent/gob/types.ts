import { gobOverLimit, invalidGob } from "./errors.ts";

/** A field of a struct: its value has the type of that id. */
export interface GobField {
  readonly name: string;
  readonly id: number;
}

/** What a type id stands for. `opaque` is what the type's own Go methods make of it: bytes. */
export type GobType =
  | { readonly kind: GobScalar }
  | { readonly kind: "opaque" }
  | { readonly kind: "interface" }
  | { readonly kind: "array"; readonly element: number; readonly length: number }
  | { readonly kind: "slice"; readonly element: number }
  | { readonly kind: "map"; readonly key: number; readonly element: number }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly GobField[] };

/** Types that hold one value. */
export type GobScalar = "bool" | "int" | "uint" | "float" | "bytes" | "string" | "complex";

/** Ids of the types that need no definition (encoding/gob, "Types and Values"). */
export const GobId = {
  bool: 1,
  int: 2,
  uint: 3,
  float: 4,
  bytes: 5,
  string: 6,
  complex: 7,
  interface: 8,
  wireType: 16,
} as const;

/** The lowest id that a peer may define. */
export const FIRST_USER_ID = 64;

const COMMON = 18;
const BUILT_IN: readonly (readonly [number, GobType])[] = [
  ...(["bool", "int", "uint", "float", "bytes", "string", "complex"] as const)
    .map((kind) => [GobId[kind], { kind }] as const),
  [GobId.interface, { kind: "interface" }],
  [
    GobId.wireType,
    struct("wireType", {
      ArrayT: 17,
      SliceT: 19,
      StructT: 20,
      MapT: 23,
      GobEncoderT: 24,
      BinaryMarshalerT: 24,
      TextMarshalerT: 24,
    }),
  ],
  [17, struct("arrayType", { CommonType: COMMON, Elem: GobId.int, Len: GobId.int })],
  [COMMON, struct("CommonType", { Name: GobId.string, Id: GobId.int })],
  [19, struct("sliceType", { CommonType: COMMON, Elem: GobId.int })],
  [20, struct("structType", { CommonType: COMMON, Field: 22 })],
  [21, struct("fieldType", { Name: GobId.string, Id: GobId.int })],
  [22, { kind: "slice", element: 21 }],
  [23, struct("mapType", { CommonType: COMMON, Key: GobId.int, Elem: GobId.int })],
  [24, struct("gobEncoderType", { CommonType: COMMON })],
];

/** The types of one stream: those built in, and what the peer has defined so far. */
export class GobTypes {
  readonly #types = new Map<number, GobType>(BUILT_IN);
  readonly #most: number;

  /** @param most how many may be defined */
  constructor(most: number) {
    this.#most = BUILT_IN.length + most;
  }

  /** What an id stands for. @throws {AgentError} `gob_invalid` when nobody has said so */
  get(id: number): GobType {
    const type = this.#types.get(id);
    if (type === undefined) throw invalidGob(`type ${id} is used, but not defined`);
    return type;
  }

  /** Takes a definition: the decoded value of a `wireType`. */
  define(id: number, definition: unknown): void {
    if (id < FIRST_USER_ID) throw invalidGob(`type ${id} is defined: the id is reserved`);
    if (this.#types.has(id)) throw invalidGob(`type ${id} is defined twice`);
    if (this.#types.size >= this.#most) {
      throw gobOverLimit(`type ${id} is one more than the ${this.#most - BUILT_IN.length} allowed`);
    }
    this.#types.set(id, readDefinition(id, definition as WireType));
  }
}

/** A `wireType` as decoded: fields that are zero aren't there. */
interface WireType {
  readonly ArrayT?: { readonly Elem?: number; readonly Len?: number };
  readonly SliceT?: { readonly Elem?: number };
  readonly StructT?: {
    readonly CommonType?: { readonly Name?: string };
    readonly Field?: readonly { readonly Name?: string; readonly Id?: number }[];
  };
  readonly MapT?: { readonly Key?: number; readonly Elem?: number };
  readonly GobEncoderT?: unknown;
  readonly BinaryMarshalerT?: unknown;
  readonly TextMarshalerT?: unknown;
}

function readDefinition(id: number, wire: WireType): GobType {
  const { ArrayT, SliceT, StructT, MapT } = wire;
  if (Object.keys(wire).length !== 1) throw invalidGob(`type ${id} is not defined as one type`);
  if (ArrayT !== undefined) {
    const length = ArrayT.Len ?? 0;
    if (!Number.isSafeInteger(length) || length < 0) {
      throw invalidGob(`type ${id} is an array of ${length}`);
    }
    return { kind: "array", element: idOf(ArrayT.Elem, id), length };
  }
  if (SliceT !== undefined) return { kind: "slice", element: idOf(SliceT.Elem, id) };
  if (MapT !== undefined) {
    return { kind: "map", key: idOf(MapT.Key, id), element: idOf(MapT.Elem, id) };
  }
  if (StructT !== undefined) {
    const fields = (StructT.Field ?? []).map((field) => ({
      name: field.Name ?? "",
      id: idOf(field.Id, id),
    }));
    return { kind: "struct", name: StructT.CommonType?.Name ?? "", fields };
  }
  return { kind: "opaque" };
}

/** The id of a part; whether it is defined shows when a value comes, as types may be recursive. */
function idOf(part: number | bigint | undefined, id: number): number {
  if (typeof part !== "number" || part <= 0) throw invalidGob(`type ${id} is made of type ${part}`);
  return part;
}

function struct(name: string, fields: Readonly<Record<string, number>>): GobType {
  return {
    kind: "struct",
    name,
    fields: Object.entries(fields).map(([name, id]) => ({ name, id })),
  };
}
