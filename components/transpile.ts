/**
 * Makes JavaScript and core modules of a component, with jco: the step of hosting one that needs a
 * heavy package, so it is a program of its own.
 *
 *     transpile.ts COMPONENT FOLDER NAMES
 *
 * FOLDER appears when it is complete. NAMES is JSON: `imports` that suspend the component, and
 * `exports` that may be suspended.
 *
 * @module
 */
// Not its main module, which loads an optimizer and a minifier too.
import { $init, generate } from "@bytecodealliance/jco-transpile/component";

interface Names {
  readonly imports: string[];
  readonly exports: string[];
}

/**
 * After a trap in a function that may be suspended, the code that jco 0.11 writes waits for a promise
 * that nobody settles: the call would hang. Its other functions throw, and so these do.
 */
const HANGS = /(\btask\.exit\(\);\s+)return task\.completionPromise\(\);/g;

/** It asks the environment whether to debug, many times a call; a host has none. */
const ASKS = /globalThis\?\.process\?\.env\?\.JCO_DEBUG/g;

async function transpile(component: string, folder: string, names: Names): Promise<void> {
  await $init;
  const { files } = generate(await Deno.readFile(component), {
    name: "component",
    instantiation: { tag: "async" },
    asyncMode: { tag: "jspi", val: names },
    noNodejsCompat: true,
    noTypescript: true,
    base64Cutoff: 0,
  });
  const unfinished = `${folder}.${crypto.randomUUID()}`;
  try {
    for (const [name, bytes] of files) {
      const path = `${unfinished}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(path, name === "component.js" ? mended(bytes) : bytes);
    }
    await Deno.rename(unfinished, folder).catch((error) => keepOther(folder, error));
  } finally {
    await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  }
}

function mended(code: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(code)
    .replaceAll(HANGS, "$1throw err;")
    .replaceAll(ASKS, "false");
  if (/return task\.completionPromise\(\);|JCO_DEBUG/.test(text)) {
    throw new Error("jco writes other code than this program knows to mend");
  }
  return new TextEncoder().encode(text);
}

/** Another process may have been faster: what it made is the same. */
async function keepOther(folder: string, error: unknown): Promise<void> {
  await Deno.stat(folder).catch(() => {
    throw error;
  });
}

const [component, folder, names] = Deno.args;
if (component === undefined || folder === undefined || names === undefined) {
  console.error("transpile.ts COMPONENT FOLDER NAMES");
  Deno.exit(2);
}
try {
  await transpile(component, folder, JSON.parse(names));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
