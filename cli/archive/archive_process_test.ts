import assert from "node:assert/strict";
import { startTarget } from "../../targets/mod.ts";
import { portable } from "./configuration.ts";
import { unpackScript } from "./mod.ts";
import { writeTar } from "./tar_write.ts";
import { inFolder } from "../_folders_for_tests.ts";
import { downpour, ended, writeFiles } from "../_commands_for_tests.ts";

const FILES = {
  "deno.json": JSON.stringify({
    imports: {
      "@lib/": "./lib/",
      "lexer": "npm:es-module-lexer@3.0.5",
      "k6": "file:///not/there.ts",
    },
    tasks: { secret: "mine" },
  }),
  "tests/load.ts": `
import { check, env } from "k6";
import { open, SharedArray } from "k6/data";
import { Client } from "@downpour/downpour/http";
import { parse } from "lexer";
import { greeting } from "@lib/greet.ts";
import numbers from "../data/numbers.json" with { type: "json" };
import type { User } from "../lib/types.ts";

const users = new SharedArray<User>("users", () => JSON.parse(open("../data/users.json")));
export const options = { vus: 3, duration: "10m", thresholds: { checks: ["rate==1"] } };
const client = new Client({ baseUrl: env.TARGET! });
export default async function () {
  check(await client.get("/headers"), {
    [greeting()]: ({ status }) => status === 200,
    "all came along": () => users.length + numbers.length === 5 && typeof parse === "function",
  });
}
`,
  "lib/greet.ts": "import { hello } from './deep/hello.ts'; export const greeting = () => hello;",
  "lib/deep/hello.ts": "export const hello = 'hello from afar';",
  "lib/types.ts": "export interface User { name: string }",
  "lib/unused.ts": "throw new Error('not archived')",
  "data/users.json": `[{"name":"a"},{"name":"b"}]`,
  "data/numbers.json": "[1,2,3]",
  "data/other.json": "{}",
};

Deno.test("an archive runs elsewhere, with the options and values that it was made with", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    await writeFiles(
      folder,
      Object.fromEntries(
        Object.entries(FILES).map(([path, text]) => [`here/${path}`, text]),
      ),
    );
    await Deno.mkdir(`${folder}/elsewhere`);
    const args = ["archive", "tests/load.ts", "-o", "../a.tar", "-i", "4", "-u", "2"];
    const reads = ["--allow-read=.", "-e", `TARGET=${target.url}`];
    const made = await downpour(`${folder}/here`, [...args, ...reads]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /npm:es-module-lexer@3\.0\.5 \(not inside/);

    const listed = await ended("bash", ["-c", "tar -tf a.tar | LC_ALL=C sort"], folder);
    assert.deepEqual(listed.stdout.trimEnd().split("\n"), [
      "files/data/numbers.json",
      "files/data/users.json",
      "files/deno.json",
      "files/deno.lock",
      "files/lib/deep/hello.ts",
      "files/lib/greet.ts",
      "files/lib/types.ts",
      "files/tests/load.ts",
      "metadata.json",
    ]);
    const config = await ended("bash", ["-c", "tar -xOf a.tar files/deno.json"], folder);
    assert.deepEqual(Object.keys(JSON.parse(config.stdout)), ["imports"]);
    assert.deepEqual(Object.keys(JSON.parse(config.stdout).imports), ["@lib/", "lexer"]);

    await Deno.remove(`${folder}/here`, { recursive: true });
    const elsewhere = `${folder}/elsewhere`;
    const run = await downpour(elsewhere, ["run", "../a.tar", "-q", "--summary-json", "s.json"]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^\.\.\/a\.tar /);
    assert.match(run.stdout, /4 planned, 4 started, 4 completed/);
    assert.match(run.stdout, /✓ hello from afar +100% +4\n +✓ all came along/);

    const inspected = await downpour(elsewhere, ["inspect", "../a.tar", "--json", "-u", "1"]);
    const { origins, iterations, vus } = JSON.parse(inspected.stdout);
    assert.deepEqual([iterations, vus], [4, 1]);
    assert.deepEqual([origins.iterations, origins.vus], ["archive ../a.tar", "flag --vus"]);
    assert.equal(origins.duration, "default", "shortcuts of the script gave way");
  });
});

Deno.test("of a configuration only that is taken along, and in, that modules resolve by", async () => {
  await inFolder(async (folder) => {
    const text = `{ // a comment
      "imports": { "a": "./a // b.ts", "k6": "./x" }, /* "lock" */ "lock": { "path": "../../evil" },
      "compilerOptions": { "jsx": "react" }, "tasks": {}, "links": ["/x",],
      "scopes": { "file:///x/": { "a": "./b" }, "./y/": { "c": "./d" } },
    }`;
    await Deno.writeTextFile(`${folder}/deno.jsonc`, text);
    assert.deepEqual(JSON.parse(await portable(`${folder}/deno.jsonc`)), {
      imports: { a: "./a // b.ts" },
      compilerOptions: { jsx: "react" },
      scopes: { "./y/": { c: "./d" } },
    });
    const metadata = { format: 1, script: "x.ts", options: {}, env: {}, npm: [] };
    await writeTar(`${folder}/a.tar`, [
      { path: "metadata.json", text: JSON.stringify(metadata) },
      { path: "files/x.ts", text: "export default () => {};" },
      { path: "files/deno.jsonc", text },
    ]);
    await using unpacked = await unpackScript(`${folder}/a.tar`);
    const config = JSON.parse(await Deno.readTextFile(`${unpacked.folder}/deno.jsonc`));
    assert.deepEqual(Object.keys(config), ["imports", "compilerOptions", "scopes"]);
  });
});

Deno.test("the environment beats an archive's options, and flags beat both", async () => {
  await inFolder(async (folder) => {
    const script = "export const options = { vus: 1, rps: 1 }; export default () => {};";
    await writeFiles(folder, { "x.ts": script });
    assert.equal((await downpour(folder, ["archive", "x.ts", "--rps", "2"])).code, 0);
    const args = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write"];
    const more = ["--allow-run=deno", "--allow-env=K6_*,DOWNPOUR_*"];
    const cli = new URL("../../cli.ts", import.meta.url).href;
    const { stdout, stderr } = await ended(
      "deno",
      [...args, ...more, cli, "inspect", "archive.tar", "--batch", "5", "--json"],
      folder,
      { env: { K6_VUS: "9" } },
    );
    const { origins, rps, vus, batch } = JSON.parse(stdout || stderr);
    assert.deepEqual([rps, vus, batch], [2, 9, 5]);
    assert.deepEqual(
      [origins.rps, origins.vus, origins.batch],
      ["archive archive.tar", "env K6_VUS", "flag --batch"],
    );
  });
});

Deno.test("an archive that can't be used is one message and leaves nothing behind", async () => {
  await inFolder(async (folder) => {
    const metadata = { format: 1, script: "x.ts", options: {}, env: {}, npm: [] };
    const cases: [files: Record<string, string> | null, message: RegExp][] = [
      [null, /archive not found/],
      [{}, /its metadata\.json can't be read: there is none/],
      [{ "metadata.json": "{" }, /metadata\.json can't be read/],
      [{ "metadata.json": "[]" }, /no object/],
      [{ "metadata.json": JSON.stringify({ ...metadata, format: 2 }) }, /it has format 2/],
      [{ "metadata.json": JSON.stringify({ ...metadata, script: "../x.ts" }) }, /no path below/],
      [{ "metadata.json": JSON.stringify({ ...metadata, options: [] }) }, /no options/],
      [{ "metadata.json": JSON.stringify({ ...metadata, env: { a: 1 } }) }, /env .* no texts/],
      [{ "metadata.json": JSON.stringify(metadata) }, /its script is not inside/],
      [{ "metadata.json": " ".repeat(2 ** 20 + 1) }, /more than 1048576 bytes/],
    ];
    const reaching = { ...metadata, script: "x.ts" };
    const script = `import a from "../../out.json" with { type: "json" };`;
    cases.push([
      { "metadata.json": JSON.stringify(reaching), "files/x.ts": script },
      /it imports a file that is not inside: .*out\.json/,
    ], [
      { "metadata.json": JSON.stringify(reaching), "files/x.ts": "", "files/deno.json": "{" },
      /deno\.json can't be read/,
    ]);
    for (const [files, message] of cases) {
      const path = `${folder}/a.tar`;
      if (files !== null) {
        await writeTar(path, Object.entries(files).map(([path, text]) => ({ path, text })));
      }
      await assert.rejects(unpackScript(path), message);
    }
    const { code, stderr, stdout } = await downpour(folder, ["run", "a.tar"]);
    assert.deepEqual([code, stdout], [107, ""]);
    assert.match(stderr, /^downpour: .*a\.tar can't be used: [^\n]+\n$/);
  });
});
