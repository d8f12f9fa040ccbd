import process from "node:process";
import type ts from "typescript";

/** TypeScript's compiler. */
export type TypeScript = typeof ts;

/**
 * Loads the compiler, as if in a browser: it would look for its own settings in the environment and
 * in files otherwise, which this process may not read.
 */
export async function loadTypeScript(): Promise<TypeScript> {
  const host: { browser?: boolean } = process as typeof process & { browser?: boolean };
  host.browser = true;
  try {
    return (await import("typescript")).default;
  } finally {
    delete host.browser;
  }
}
