import assert from "node:assert/strict";
import { inFolder } from "./_folders_for_tests.ts";
import { downpour, ended } from "./_commands_for_tests.ts";
import { initFolder } from "./init.ts";

Deno.test("a new project runs at once, and is formatted, typed and free of lint", async () => {
  await inFolder(async (folder) => {
    const made = await downpour(folder, ["init", "new"]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^wrote new\/deno\.json\nwrote new\/load\.ts\n/);
    assert.match(made.stdout, /cd new && deno task load/);
    const inside = `${folder}/new`;
    const run = await ended("deno", ["task", "load", "-d", "1s"], inside);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /status is 200 +100%/);
    const checked = await ended("deno", ["task", "check"], inside);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /> GET \/json HTTP\/1\.1\n/);
    for (const words of [["fmt", "--check"], ["lint"], ["check", "load.ts"]]) {
      const { code, stderr } = await ended("deno", words, inside);
      assert.equal(code, 0, stderr);
    }
  });
});

Deno.test("a new project's script reaches the host that its task names, another one by a flag", async () => {
  let requests = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    requests++;
    return Response.json({});
  });
  // This machine by a name that is not the task's.
  const host = `localhost:${server.addr.port}`;
  await inFolder(async (folder) => {
    assert.equal((await downpour(folder, ["init"])).code, 0);
    const load = async (...more: string[]) =>
      await ended(
        "deno",
        ["task", "load", "-d", "1s", "-e", `TARGET=http://${host}`, ...more],
        folder,
      );
    const refused = await load();
    assert.equal(refused.code, 99, "every request failed");
    assert.match(refused.stderr, new RegExp(`run with --allow-net=${host}\n`));
    assert.equal(requests, 0);
    const allowed = await load(`--allow-net=${host}`);
    assert.equal(allowed.code, 0, allowed.stderr);
    assert.ok(requests > 0);
  });
});

Deno.test("what is there stays as it is, and is named", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/load.ts`, "mine");
    const said = await initFolder(folder, new URL("https://registry.example/x/"));
    assert.match(said, /^wrote .*\/deno\.json\nkept .*\/load\.ts: it was there already\nwrote /);
    assert.equal(await Deno.readTextFile(`${folder}/load.ts`), "mine");
    const again = await initFolder(folder);
    assert.equal(again.match(/^kept /gm)?.length, 4);
  });
});

Deno.test("a project names the package by where this one came from", async () => {
  const places: [home: string, specifier: RegExp, links: boolean][] = [
    ["https://registry.example/x/", /^jsr:@downpour\/downpour@\^\d/, false],
    ["file:///a/node_modules/@downpour/downpour/", /^npm:@downpour\/downpour@\^\d/, false],
    ["file:///a/downpour/", /^jsr:/, true],
  ];
  for (const [home, specifier, linked] of places) {
    await inFolder(async (folder) => {
      await initFolder(folder, new URL(home));
      const config = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
      assert.match(config.imports["@downpour/downpour"], specifier);
      assert.deepEqual(config.links, linked ? ["/a/downpour"] : undefined);
    });
  }
});

Deno.test("a folder that can't be made is one message", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const { code, stderr } = await downpour(folder, ["init", "file/sub"]);
    assert.deepEqual([code, stderr.split("\n").length], [1, 2]);
    assert.match(stderr, /^downpour: cannot write file\/sub\/deno\.json: /);
  });
});
