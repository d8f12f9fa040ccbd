import { WasiFailure } from "./_fail.ts";

/** A header's or trailer's name, and one value. */
export type Field = readonly [name: string, value: Uint8Array];

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Names that a component may not set, by the definition of `wasi:http/types`. */
const FORBIDDEN = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding"]);

/** The resource `fields` of `wasi:http/types`. */
export class Fields {
  #list: Field[] = [];
  #immutable = false;

  /** Those of a request that came: a component can't change them. */
  static received(list: readonly Field[]): Fields {
    const fields = new Fields();
    fields.#list = [...list];
    fields.#immutable = true;
    return fields;
  }

  static fromList(list: readonly Field[]): Fields {
    const fields = new Fields();
    fields.#list = list.map(([name, value]) => checked(name, value));
    return fields;
  }

  get(name: string): Uint8Array[] {
    return this.#list.filter(([key]) => same(key, name)).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#list.some(([key]) => same(key, name));
  }

  set(name: string, values: readonly Uint8Array[]): void {
    const fresh = values.map((value) => checked(name, value));
    this.delete(name);
    this.#list.push(...fresh);
  }

  delete(name: string): void {
    this.#change();
    if (!NAME.test(name)) throw new WasiFailure({ tag: "invalid-syntax" });
    this.#list = this.#list.filter(([key]) => !same(key, name));
  }

  append(name: string, value: Uint8Array): void {
    this.#change();
    this.#list.push(checked(name, value));
  }

  entries(): Field[] {
    return this.#list.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const fields = new Fields();
    fields.#list = [...this.#list]; // As they came: a component may not set all of them.
    return fields;
  }

  /** From now on it can't be changed. */
  freeze(): this {
    this.#immutable = true;
    return this;
  }

  #change(): void {
    if (this.#immutable) throw new WasiFailure({ tag: "immutable" });
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** With a copy of the value, which is a view of the component's memory otherwise. */
function checked(name: string, value: Uint8Array): Field {
  const broken = value.some((byte) => byte === 0 || byte === 10 || byte === 13);
  if (!NAME.test(name) || broken) throw new WasiFailure({ tag: "invalid-syntax" });
  if (FORBIDDEN.has(name.toLowerCase())) throw new WasiFailure({ tag: "forbidden" });
  return [name, value.slice()];
}
