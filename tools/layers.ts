/**
 * What may import what. A layer is a top folder, or a file of the root.
 *
 * - An import goes from a layer to those listed for it, and enters them by a `mod.ts` or a module
 *   that the import map of `deno.json` names.
 * - Inside a layer every file may import every other, sub-folders included; `_x.ts` is for its own
 *   folder and what is below it.
 * - `deno.json` may be read by all.
 * - The package's own names (`@downpour/downpour/http`, `k6/metrics`) are for users: examples,
 *   tests, benches and scripts in `testdata/` import by them, the layers never.
 * - Test files (`x_test.ts`, `_x_for_tests.ts`) may aim at the embedded targets, name test-only
 *   packages and share `x_for_tests.ts` of a layer that theirs may import.
 * - Packages come through the import map of `deno.json`, so that each has one pinned version.
 *
 * @module
 */

/** Layers in order; each may import those that are listed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  internal: [],
  metrics: ["internal"],
  file: ["internal", "metrics"],
  net: ["internal", "metrics"],
  http: ["internal", "metrics", "net"],
  nats: ["internal", "metrics", "net"],
  wrpc: ["internal", "metrics", "net", "http", "nats"],
  wasm: ["internal", "metrics", "net"],
  runner: ["internal", "metrics"],
  report: ["internal", "metrics", "runner"],
  outputs: ["internal", "metrics", "runner", "report"],
  results: ["internal", "metrics", "runner", "report"],
  page: ["internal", "metrics", "runner", "report", "results"],
  importing: ["internal"],
  agent: ["internal", "metrics", "net", "http", "runner", "report"],
  distributed: ["internal", "metrics", "nats", "runner"],
  targets: ["internal", "net"],
  "script.ts": ["internal", "metrics", "runner"],
  cli: [
    "internal",
    "metrics",
    "file",
    "net",
    "http",
    "nats",
    "wrpc",
    "wasm",
    "runner",
    "report",
    "outputs",
    "results",
    "page",
    "importing",
    "agent",
    "distributed",
    "targets",
    "script.ts",
  ],
  testing: ["internal", "metrics", "net", "http", "runner", "report", "cli"],
  "mod.ts": ["internal", "metrics", "runner", "cli", "script.ts"],
  "cli.ts": ["internal", "metrics", "net", "http", "runner", "report", "targets", "mod.ts", "cli"],
  examples: [],
  bench: ["distributed", "runner"],
  tests: [
    ...[
      "internal",
      "metrics",
      "file",
      "net",
      "http",
      "nats",
      "wrpc",
      "wasm",
      "runner",
      "report",
      "outputs",
      "distributed",
      "targets",
    ],
    ...["cli", "testing", "mod.ts", "cli.ts", "examples"],
  ],
  tools: [
    ...["internal", "metrics", "net", "http", "nats", "wrpc", "runner", "report", "outputs"],
    ...["targets", "mod.ts", "cli.ts"],
  ],
};

/** Layers that import the package by its name, as its users do. */
const USERS = new Set(["examples", "bench", "tests"]);

/** Layers whose files are whole programs: other layers may name them one by one. */
const WITHOUT_FACE = new Set(["examples"]);

/** Packages that no shipped code may import. */
const TEST_ONLY = new Set(["hdr-histogram-js", "kubernetes-types", "playwright-core", "wabt"]);

/** The names under which the package's own modules can be imported. */
export interface PackageNames {
  /** For example `@downpour/downpour`. */
  readonly name: string;
  /** The import map: a value that begins with `./` is a module of the package. */
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * What is wrong with one import, or null.
 *
 * @param file the importing file, relative to the root, with `/`
 * @param specifier what it imports, as written
 */
export function checkImport(file: string, specifier: string, names: PackageNames): string | null {
  const layer = layerOf(file);
  if (MAY_IMPORT[layer] === undefined) return `${layer} has no layer: name it in tools/layers.ts`;
  if (/^(npm|jsr|https?):/.test(specifier)) {
    return `${specifier} is not pinned: name it in the import map of deno.json`;
  }
  if (specifier.startsWith("node:")) return null;
  if (!/^\.{0,2}\//.test(specifier)) return checkName(file, specifier, names);
  const target = resolve(file, specifier);
  if (target === null) return `${specifier} leaves the repository`;
  return checkPath(file, target, names);
}

function checkName(file: string, specifier: string, names: PackageNames): string | null {
  const { name, imports } = names;
  const own = specifier === name || specifier.startsWith(`${name}/`) ||
    imports[specifier]?.startsWith("./");
  if (own && !USERS.has(layerOf(file)) && !isTest(file)) {
    return `${specifier} is the name for users: import the module by its path`;
  }
  const ships = ![...USERS, "tools"].includes(layerOf(file)) && !isTest(file);
  if (TEST_ONLY.has(specifier) && ships) {
    return `${specifier} is for tests alone`;
  }
  return null;
}

function checkPath(file: string, target: string, { imports }: PackageNames): string | null {
  if (target === "deno.json") return null;
  const [from, to] = [layerOf(file), layerOf(target)];
  const base = target.slice(target.lastIndexOf("/") + 1);
  if (base.startsWith("_") && !file.startsWith(folderOf(target))) {
    return `${target} is private to ${folderOf(target)}`;
  }
  if (from === to) return null;
  const allowed = MAY_IMPORT[from]!.includes(to) || (isTest(file) && to === "targets");
  if (!allowed) {
    const instead = USERS.has(from) ? " by its path: import the package by name" : "";
    return `${from} may not import ${to}${instead}`;
  }
  // What the tests of more than one layer need, and fuzz targets, stand without the underscore.
  if ((isTest(file) || from === "tools") && isTest(target)) return null;
  const isFace = target === to || base === "mod.ts" || WITHOUT_FACE.has(to) ||
    Object.values(imports).includes(`./${target}`);
  return isFace ? null : `${target} is inside ${to}: import ${to}/mod.ts`;
}

/** The layer of a file: its top folder, or its name when it stands in the root. */
export function layerOf(file: string): string {
  const slash = file.indexOf("/");
  return slash < 0 ? file : file.slice(0, slash);
}

/** Whether a file never ships: a test (`x_test.ts`), its help (`_x_for_tests.ts`) or a fixture. */
export function isTest(file: string): boolean {
  return /_(test|for_tests)\.ts$/.test(file) || file.includes("/testdata/");
}

/** With the slash at its end; nothing for a file of the root. */
function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

function resolve(file: string, specifier: string): string | null {
  const parts = specifier.startsWith("/") ? [] : file.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
