/**
 * Builds the components into `.downpour/components/`: `deno task components [NAME...]`. What is
 * there and was made of the same sources is not built again.
 *
 * Of jco, componentize-js takes any version since 1.15, so `deno.json` pins one that it can be built
 * with: the newest depend on packages that were never published for every platform, which Deno
 * refuses. A component in TypeScript is not the same bit for bit each time: the engine is stored as
 * it stands after its start, with its random seeds.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco-transpile/wasm-tools";

interface Recipe {
  /** What it is made of: WIT first, the source last. */
  readonly sources: readonly [...wit: string[], source: string];
  readonly world: string;
  /**
   * Parts of the engine that a component in TypeScript does without. One that is disabled takes the
   * imports of that part with it, those that the component names too.
   */
  readonly without?: readonly ("http" | "fetch-event")[];
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  blaster: {
    sources: ["wit/blaster.wit", "wit/wasi.wit", "blaster/blaster.ts"],
    world: "blaster-component",
    without: ["http", "fetch-event"],
  },
  blaster_small: {
    sources: ["wit/blaster.wit", "wit/wasi.wit", "blaster/small.wat"],
    world: "blaster-component",
  },
  echo: {
    sources: ["wit/echo.wit", "wit/wasi.wit", "wit/wasi_http.wit", "echo/echo.ts"],
    world: "echo",
    without: ["fetch-event"],
  },
};

const HERE = new URL("./", import.meta.url);
const decoder = new TextDecoder();

async function build(name: string, recipe: Recipe, output: string): Promise<void> {
  const stamp = await stampOf(recipe);
  const stampFile = `${output}/${name}.sha256`;
  const file = `${output}/${name}.wasm`;
  if (await readText(stampFile) === stamp && await exists(file)) return console.log(file);
  const texts = await Promise.all(
    recipe.sources.map((source) => Deno.readTextFile(new URL(source, HERE))),
  );
  const source = texts.pop()!;
  const wit = `${output}/${name}.wit`;
  await Deno.writeTextFile(wit, texts.join("\n"));
  const component = recipe.sources.at(-1)!.endsWith(".wat")
    ? await fromText(source, wit, recipe.world)
    : await fromTypeScript(source, wit, recipe, `${output}/${name}.js`);
  const part = `${file}.${crypto.randomUUID()}`; // Another build may be under way.
  await Deno.writeFile(part, component);
  await Deno.rename(part, file);
  await Deno.writeTextFile(stampFile, stamp);
  console.log(file);
}

async function fromText(source: string, witPath: string, world: string): Promise<Uint8Array> {
  const binary = await parse(source);
  return await componentNew(await componentEmbed({ binary, witPath, world }));
}

async function fromTypeScript(
  source: string,
  witPath: string,
  { world: worldName, without = [] }: Recipe,
  sourcePath: string,
): Promise<Uint8Array> {
  // jco first: what it pins, the other then uses too.
  await import("@bytecodealliance/jco");
  const { componentize } = await import("@bytecodealliance/componentize-js");
  await Deno.writeTextFile(sourcePath, stripTypeScriptTypes(source));
  const { component } = await componentize({
    sourcePath,
    witPath,
    worldName,
    disableFeatures: [...without],
  });
  return component;
}

/** Of all that a component is made of and by. */
async function stampOf({ sources, world }: Recipe): Promise<string> {
  const files = [...sources, "deno.lock", "build.ts"].map((name) => new URL(name, HERE));
  const parts = await Promise.all(files.map((file) => Deno.readFile(file)));
  const bytes = await new Blob([...parts, world]).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function readText(path: string): Promise<string | null> {
  return await Deno.readFile(path).then((bytes) => decoder.decode(bytes), () => null);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

const output = await Deno.realPath(".") + "/.downpour/components";
await Deno.mkdir(output, { recursive: true });
const names = Deno.args.length > 0 ? Deno.args : Object.keys(RECIPES);
for (const name of names) {
  const recipe = RECIPES[name];
  if (recipe === undefined) {
    console.error(`no component ${name}, only ${Object.keys(RECIPES).join(", ")}`);
    Deno.exit(2);
  }
  await build(name, recipe, output);
}
