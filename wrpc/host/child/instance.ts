import { Lifetime, type WasiImports, wasiImports } from "../wasi/mod.ts";

/** What jco makes of a component, in its mode of instantiation by the caller. */
interface ComponentModule {
  instantiate(
    getCoreModule: (name: string) => Promise<WebAssembly.Module>,
    imports: WasiImports,
  ): Promise<Readonly<Record<string, unknown>>>;
}

/** A component whose code is loaded. */
export interface LoadedComponent {
  /** Makes an instance, with a memory and imports of its own. */
  instantiate(): Promise<Instance>;
}

/** One instance: takes one call at a time. */
export interface Instance {
  /** The function of an exported instance. @throws {TypeError} when there is none */
  function(instance: string, name: string): (...args: unknown[]) => Promise<unknown>;
  /** Gives it up: what it waits for throws into it. */
  end(reason: Error): void;
}

/**
 * Loads what jco made. @param folder of `component.js` and the core modules, as a `file:` URL
 *
 * @param log takes what instances print
 */
export async function loadComponent(
  folder: URL,
  log: (line: string) => void,
): Promise<LoadedComponent> {
  const module: ComponentModule = await import(new URL("component.js", folder).href);
  const cores = new Map<string, Promise<WebAssembly.Module>>();
  const core = (name: string) => {
    let compiled = cores.get(name);
    if (compiled === undefined) {
      compiled = Deno.readFile(new URL(name, folder)).then((bytes) => WebAssembly.compile(bytes));
      cores.set(name, compiled);
    }
    return compiled;
  };
  return {
    async instantiate() {
      const lifetime = new Lifetime();
      const exports = await module.instantiate(core, wasiImports(lifetime, log));
      return {
        function(instance, name) {
          const fn = (exports[instance] as Record<string, unknown> | undefined)?.[name];
          if (typeof fn !== "function") throw new TypeError(`${instance} has no function ${name}`);
          return (...args) => fn(...args);
        },
        end: (reason) => lifetime.end(reason),
      };
    },
  };
}
