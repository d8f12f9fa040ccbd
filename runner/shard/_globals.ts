import { currentContext } from "../../metrics/mod.ts";
import { currentVu } from "../api/mod.ts";

/** Key of a context's `locals` under which the `__ENV` of its scenario is. */
export const SCRIPT_ENV = Symbol("downpour.env");

/**
 * Gives scripts k6's globals `__ENV`, `__VU` and `__ITER`, each seen by the virtual user that
 * reads it, and those in `more`. Returns a function that takes them away again.
 */
export function installGlobals(
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): () => void {
  const globals: Record<string, () => unknown> = {
    __ENV: () => currentContext().locals.get(SCRIPT_ENV) ?? env,
    __VU: () => currentVu()?.idInTest ?? 0,
    __ITER: () => currentVu()?.iterationInInstance ?? 0,
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, () => value])),
  };
  const before = Object.keys(globals).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  for (const [name, get] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { get, configurable: true, enumerable: false });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}

/**
 * Keeps promises and timers that a script lost track of from ending the process: what they throw
 * goes to `report`. Returns a function that ends this.
 */
export function guardErrors(report: (error: unknown) => void): () => void {
  const rejected = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    report(event.reason);
  };
  const thrown = (event: ErrorEvent) => {
    event.preventDefault();
    report(event.error);
  };
  globalThis.addEventListener("unhandledrejection", rejected);
  globalThis.addEventListener("error", thrown);
  return () => {
    globalThis.removeEventListener("unhandledrejection", rejected);
    globalThis.removeEventListener("error", thrown);
  };
}
