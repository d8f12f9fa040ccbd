import assert from "node:assert/strict";
import { scripts } from "./_scripts_for_tests.ts";

const MOD = new URL("mod.ts", import.meta.url).href;

/** Bundles scripts in a `deno` that would fetch what they import, with the configuration that is theirs; what came of each. */
async function bundled(dir: string, files: readonly string[]): Promise<unknown[]> {
  await Deno.writeTextFile(
    `${dir}/main.ts`,
    `import { bundleScript } from ${JSON.stringify(MOD)};
    const all = Deno.args.map((file) => bundleScript(${JSON.stringify(dir)} + "/" + file, []));
    const told = await Promise.allSettled(all);
    console.log(JSON.stringify(told.map(({ reason }) => reason?.message ?? null)));`,
  );
  const flags = ["--quiet", "--no-prompt", "--unstable-bundle", "--no-lock", "--allow-read"];
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", ...flags, "--allow-import", `${dir}/main.ts`, ...files],
    env: { NO_COLOR: "1" },
    cwd: dir,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  try {
    return JSON.parse(decoder.decode(stdout).replaceAll(dir, "<dir>"));
  } catch (cause) {
    throw new Error(decoder.decode(stderr), { cause });
  }
}

/** A server of one module, and who asked for what. */
function moduleServer() {
  const asked: string[] = [];
  const headers = { "content-type": "text/javascript" };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    asked.push(new URL(url).pathname);
    return new Response("export default 1", { headers });
  });
  return { server, asked, url: (path: string) => `http://127.0.0.1:${server.addr.port}/${path}` };
}

Deno.test("remote imports are refused by what an import map makes of their names, and nothing is fetched", async () => {
  const { server, asked, url } = moduleServer();
  await using _ = server;
  await using at = await scripts({
    "deno.jsonc": `{
      // The lexer is our own, the rest a script's.
      "imports": {
        "es-module-lexer": "npm:es-module-lexer@3.0.5",
        "far": "${url("far.js")}",
        "far/": "${url("folder/")}",
        "@std/assert": "jsr:@std/assert@1",
        "@/": "./lib/",
        "near": "./lib/near.ts", // a comma at the end
      },
    }`,
    "lib/near.ts": `import x from "${url("near.js")}"; export default x;`,
    "lib/good.ts": `export default "far";`,
    "name.ts": `import x from "far"; export default x;`,
    "folder.ts": `import x from "far/x.js"; export default x;`,
    "jsr.ts": `import { assert } from "@std/assert/equals"; export default assert;`,
    "alias.ts": `import x from "near"; export default x;`,
    "prefix.ts": "export default () => import(`@/near.ts`);",
    "good.ts": `// import x from "far"\nimport x from "@/good.ts";\n` +
      `import type { T } from "far"; export default x as T;`,
  });
  const denied = (target: string, place: string) =>
    `Remote import denied: "${target}", imported in <dir>/${place} ` +
    `(nothing locks what it would load: use a local file or an npm: package)`;
  const files = ["name.ts", "folder.ts", "jsr.ts", "alias.ts", "prefix.ts", "good.ts"];
  const told = await bundled(at.dir, files) as (string | null)[];
  assert.deepEqual(told.map((text) => text?.split("\n")[0] ?? null), [
    denied(url("far.js"), "name.ts:1:15"),
    denied(url("folder/x.js"), "folder.ts:1:15"),
    denied("jsr:@std/assert@1/equals", "jsr.ts:1:24"),
    denied(url("near.js"), "lib/near.ts:1:15"),
    denied(url("near.js"), "lib/near.ts:1:15"),
    null,
  ]);
  assert.deepEqual(asked, []);
});

Deno.test("what was fetched all the same is in no bundle", async () => {
  const { server, url } = moduleServer();
  await using _ = server;
  await using at = await scripts({
    "deno.json": JSON.stringify({
      imports: { "es-module-lexer": "npm:es-module-lexer@3.0.5" },
      scopes: { "./": { "far": url("far.js") } },
    }),
    "load.ts": `import x from "far"; export default x;`,
  });
  assert.deepEqual(await bundled(at.dir, ["load.ts"]), [
    `Remote import denied: "${url("far.js")}", imported in <dir>/load.ts ` +
    `(nothing locks what it would load: use a local file or an npm: package)`,
  ]);
});
