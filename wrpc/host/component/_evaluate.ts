import { type Component, type Entity, type Exports, Scope, type TypeEntity } from "./_entities.ts";
import { invalid, type Reader, unsupported } from "./_reader.ts";
import { readFunctionType, readValueType } from "./_types.ts";

/** Most components inside each other. */
const MAX_NESTING = 32;
/** Most instantiations in all: each reads its component again. */
const MAX_INSTANCES = 1000;

/** What is counted while a component is read. */
interface Budget {
  instances: number;
  depth: number;
}

/** What a component turned out to be. */
export interface Evaluated {
  /** Imports by name. */
  readonly imports: Exports;
  /** Exports by name. */
  readonly exports: Exports;
}

/**
 * Finds the types of what a component exports, by following instantiations and aliases. Core
 * modules are passed over.
 *
 * @param args what it is instantiated with; imports that are missing are what they say they are
 */
export function evaluate(
  component: Component,
  args: Exports,
  budget: Budget = { instances: 0, depth: 0 },
): Evaluated {
  if (++budget.instances > MAX_INSTANCES) throw unsupported("it instantiates too many components");
  if (++budget.depth > MAX_NESTING) throw unsupported("its components are nested too deep");
  const scope = new Scope(component.outer);
  const imports = new Map<string, Entity>();
  const exports = new Map<string, Entity>();
  const reader = component.body.copy();
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.range(reader.u32());
    switch (id) {
      case 4:
        scope.components.push({ body: headed(section), outer: scope });
        break;
      case 5:
        section.vector(() => readInstance(section, scope, budget));
        break;
      case 6:
        section.vector(() => readAlias(section, scope));
        break;
      case 7:
        section.vector(() => scope.types.push(readType(section, scope)));
        break;
      case 8:
        section.vector(() => readCanon(section, scope));
        break;
      case 10:
        section.vector(() => {
          const name = readExternName(section);
          const entity = args.get(name) ?? readExtern(section, scope);
          if (args.has(name)) readExtern(section, scope);
          imports.set(name, entity);
          scope.add(entity);
        });
        break;
      case 11:
        section.vector(() => {
          const name = readExternName(section);
          const entity = readSortIndex(section, scope);
          const ascribed = section.optional(() => readExtern(section, scope));
          exports.set(name, ascribed ?? entity);
          scope.add(ascribed ?? entity);
        });
        break;
    }
  }
  budget.depth--;
  return { imports, exports };
}

/** The body of a component, behind its magic number and version. */
export function headed(reader: Reader): Reader {
  const head = Array.from({ length: 8 }, () => reader.byte());
  if (head.slice(0, 4).join() !== "0,97,115,109") throw invalid("it isn't WebAssembly");
  if (head.slice(4).join() === "1,0,0,0") {
    throw invalid("it is a core module: make a component of it, with `jco new` or wasm-tools");
  }
  if (head.slice(4).join() !== "13,0,1,0") throw invalid("its version isn't known");
  return reader;
}

function readType(reader: Reader, scope: Scope): TypeEntity {
  switch (reader.peek()) {
    case 0x3f:
      reader.byte();
      reader.byte();
      reader.optional(() => reader.u32());
      return { kind: "value", type: { kind: "resource", name: "resource" } };
    case 0x40:
    case 0x43:
      reader.byte();
      return readFunctionType(reader, scope);
    case 0x41:
    case 0x42: {
      const isInstance = reader.byte() === 0x42;
      const exports = readDeclarations(reader, new Scope(scope));
      return isInstance ? { kind: "instance", exports } : { kind: "component" };
    }
    default:
      return { kind: "value", type: readValueType(reader, scope) };
  }
}

/** The declarations of the type of an instance or component; those it exports. */
function readDeclarations(reader: Reader, scope: Scope): Exports {
  const exports = new Map<string, Entity>();
  reader.vector(() => {
    const kind = reader.byte();
    if (kind === 1) scope.types.push(readType(reader, scope));
    else if (kind === 2) readAlias(reader, scope);
    else if (kind === 3 || kind === 4) {
      const name = readExternName(reader);
      const entity = readExtern(reader, scope);
      if (kind === 4) exports.set(name, entity);
      scope.add(entity);
    } else throw unsupported("it has types of core modules");
  });
  return exports;
}

function readExternName(reader: Reader): string {
  const kind = reader.byte();
  if (kind > 1) throw unsupported(`a name is of the kind ${kind}`);
  return reader.name();
}

/** What an import or export says that it is: `externdesc`. */
function readExtern(reader: Reader, scope: Scope): Entity {
  const sort = reader.byte();
  switch (sort) {
    case 0:
      reader.byte();
      reader.u32();
      return { sort: "other" };
    case 1: {
      const type = scope.types[reader.u32()];
      if (type?.kind !== "function") throw invalid("a function has no function's type");
      return { sort: "function", type };
    }
    case 3: {
      if (reader.byte() === 1) {
        return {
          sort: "type",
          type: { kind: "value", type: { kind: "resource", name: "resource" } },
        };
      }
      return { sort: "type", type: typeAt(scope, reader.u32()) };
    }
    case 4:
      typeAt(scope, reader.u32());
      return { sort: "component", component: null };
    case 5: {
      const type = typeAt(scope, reader.u32());
      if (type.kind !== "instance") throw invalid("an instance has no instance's type");
      return { sort: "instance", type };
    }
    default:
      throw unsupported(`it imports or exports something of the sort ${sort}`);
  }
}

function readSortIndex(reader: Reader, scope: Scope): Entity {
  const sort = reader.byte();
  if (sort === 0) reader.byte();
  return entityAt(scope, sort, reader.u32());
}

function entityAt(scope: Scope, sort: number, index: number): Entity {
  switch (sort) {
    case 0:
      return { sort: "other" };
    case 1: {
      const type = scope.functions[index];
      if (type === undefined) throw invalid(`there is no function ${index}`);
      return { sort: "function", type };
    }
    case 3:
      return { sort: "type", type: typeAt(scope, index) };
    case 4: {
      const component = scope.components[index];
      if (component === undefined) throw invalid(`there is no component ${index}`);
      return { sort: "component", component };
    }
    case 5: {
      const type = scope.instances[index];
      if (type === undefined) throw invalid(`there is no instance ${index}`);
      return { sort: "instance", type };
    }
    default:
      throw unsupported(`it has something of the sort ${sort}`);
  }
}

function typeAt(scope: Scope, index: number): TypeEntity {
  const type = scope.types[index];
  if (type === undefined) throw invalid(`there is no type ${index}`);
  return type;
}

function readAlias(reader: Reader, scope: Scope): void {
  const sort = reader.byte();
  if (sort === 0) reader.byte();
  const target = reader.byte();
  if (target === 0) {
    const instance = scope.instances[reader.u32()];
    const name = reader.name();
    const entity = instance?.exports.get(name);
    if (entity === undefined) throw invalid(`an alias names ${name}, which isn't there`);
    scope.add(entity);
  } else if (target === 1) {
    reader.u32();
    reader.name();
  } else if (target === 2) {
    const count = reader.u32();
    const index = reader.u32();
    let outer: Scope | null = scope;
    for (let n = 0; n < count && outer !== null; n++) outer = outer.outer;
    if (outer === null) throw invalid("an alias leaves the component");
    scope.add(entityAt(outer, sort, index));
  } else throw invalid(`an alias is of the kind ${target}`);
}

function readInstance(reader: Reader, scope: Scope, budget: Budget): void {
  const kind = reader.byte();
  const entries = (component: () => string) =>
    new Map(reader.vector((): [string, Entity] => [component(), readSortIndex(reader, scope)]));
  if (kind === 0) {
    const component = scope.components[reader.u32()];
    const args = entries(() => reader.name());
    if (component === undefined || component === null) {
      throw unsupported("it instantiates a component that it imports");
    }
    scope.instances.push({
      kind: "instance",
      exports: evaluate(component, args, budget).exports,
    });
  } else if (kind === 1) {
    scope.instances.push({ kind: "instance", exports: entries(() => readExternName(reader)) });
  } else throw invalid(`an instance is of the kind ${kind}`);
}

function readCanon(reader: Reader, scope: Scope): void {
  const kind = reader.byte();
  if (kind === 0) {
    reader.byte();
    reader.u32();
    readCanonOptions(reader);
    const type = scope.types[reader.u32()];
    if (type?.kind !== "function") throw invalid("a lifted function has no function's type");
    scope.functions.push(type);
  } else if (kind === 1) {
    reader.byte();
    reader.u32();
    readCanonOptions(reader);
  } else if (kind >= 2 && kind <= 4) reader.u32();
  else throw unsupported("it uses the asynchronous ABI of WASI 0.3");
}

function readCanonOptions(reader: Reader): void {
  reader.vector(() => {
    const kind = reader.byte();
    if (kind >= 3 && kind <= 5) reader.u32();
    else if (kind > 2) throw unsupported("it uses the asynchronous ABI of WASI 0.3");
  });
}
