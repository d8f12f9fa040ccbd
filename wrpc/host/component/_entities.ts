import type { WitField, WitType } from "../../types/mod.ts";
import type { Reader } from "./_reader.ts";

/** The type of a function. */
export interface FunctionType {
  readonly kind: "function";
  readonly params: readonly WitField[];
  readonly result: WitType | null;
}

/** The type of an instance: its exports. Components are instances that are not there yet. */
export interface InstanceType {
  readonly kind: "instance";
  readonly exports: Exports;
}

/** A type that a component imports: what it is for is told when it is instantiated. */
export interface ComponentType {
  readonly kind: "component";
}

/** What an index of the space of types stands for. */
export type TypeEntity =
  | { readonly kind: "value"; readonly type: WitType }
  | FunctionType
  | InstanceType
  | ComponentType;

/** Something with a name: what imports and exports are. */
export type Entity =
  | { readonly sort: "function"; readonly type: FunctionType }
  | { readonly sort: "type"; readonly type: TypeEntity }
  | { readonly sort: "instance"; readonly type: InstanceType }
  | { readonly sort: "component"; readonly component: Component | null }
  | { readonly sort: "other" };

/** Entities by name. */
export type Exports = ReadonlyMap<string, Entity>;

/** A component that may be instantiated. */
export interface Component {
  readonly body: Reader;
  readonly outer: Scope | null;
}

/** The index spaces of one component, or of one type of component or instance. */
export class Scope {
  readonly types: TypeEntity[] = [];
  readonly functions: FunctionType[] = [];
  readonly instances: InstanceType[] = [];
  readonly components: (Component | null)[] = [];
  readonly outer: Scope | null;

  constructor(outer: Scope | null) {
    this.outer = outer;
  }

  /** Gives an entity the next index of its space. */
  add(entity: Entity): void {
    if (entity.sort === "type") this.types.push(entity.type);
    else if (entity.sort === "function") this.functions.push(entity.type);
    else if (entity.sort === "instance") this.instances.push(entity.type);
    else if (entity.sort === "component") this.components.push(entity.component);
  }
}
