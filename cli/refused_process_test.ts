import assert from "node:assert/strict";
import { inFolder } from "./_folders_for_tests.ts";
import { downpour, writeFiles } from "./_commands_for_tests.ts";

const SCRIPT = `
import { env } from "k6";
import http from "k6/http";
import { open } from "k6/x/file";
import { IPC, TCP, UDP } from "k6/x/net";
import { Client } from "k6/x/net/http";
import { readFileSync } from "node:fs";

const tries: Record<string, () => unknown> = {
  tcp: () => TCP.open("127.0.0.1:1"),
  name: () => TCP.open("localhost:1"),
  udp: () => UDP.open("127.0.0.1:1"),
  unix: () => IPC.open("/tmp/no.sock"),
  client: async () => { throw (await new Client().get("http://127.0.0.1:1/")).error; },
  k6: async () => { throw (await http.get("http://127.0.0.1:1/")).error; },
  fetch: () => fetch("http://127.0.0.1:9000/"),
  file: () => open("/etc/hostname"),
  node: () => readFileSync("/etc/hostname"),
  read: () => Deno.readTextFileSync("/etc/hostname"),
  write: () => Deno.writeTextFileSync("out.txt", ""),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.hostname(),
  run: () => new Deno.Command("ls").outputSync(),
  ffi: () => Deno.dlopen("x.so", {}),
};
export const options = { scenarios: Object.fromEntries(env.TRY!.split(",").map((name) => [name, {
  executor: "per-vu-iterations", env: { ONE: name },
}])) };
export default async function () {
  const { ONE } = env as { ONE: string };
  try {
    await tries[ONE]!();
    console.log(ONE + " went well");
  } catch (error) {
    throw new Error(ONE, { cause: error });
  }
}
`;

const REFUSED: Readonly<Record<string, string>> = {
  tcp: "--allow-net=127.0.0.1:1",
  name: "--allow-net=localhost:1",
  udp: "--allow-net=127.0.0.1:1,127.0.0.1:0",
  unix: "--allow-unix=/tmp/no.sock",
  client: "--allow-net=127.0.0.1:1",
  k6: "--allow-net=127.0.0.1:1",
  fetch: "--allow-net=127.0.0.1:9000",
  file: "--allow-read=/etc/hostname",
  node: "--allow-read=/etc/hostname",
  read: "--allow-read=/etc/hostname",
  write: "--allow-write=out.txt",
  env: "--allow-env=HOME",
  sys: "--allow-sys=hostname",
  run: "--allow-run=ls",
  ffi: "--allow-ffi=x.so",
};

Deno.test("whatever a script is refused, the error names the flag of downpour run", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "x.ts": SCRIPT });
    const names = Object.keys(REFUSED);
    const args = ["run", "x.ts", "-q", "--shards=1", "--no-summary", "--allow-net=none"];
    const { stderr } = await downpour(folder, [...args, "-e", `TRY=${names.join(",")}`]);
    const blocks = new Map(
      stderr.split(/^error +/m).slice(1).map((block) => [/Error: (\w+)/.exec(block)?.[1], block]),
    );
    for (const [name, flag] of Object.entries(REFUSED)) {
      const found = [...blocks.get(name)?.matchAll(/run with (--\S+)/g) ?? []].map(([, f]) => f);
      assert.ok(found.includes(flag), `${name}: ${blocks.get(name) ?? stderr}`);
    }
    assert.doesNotMatch(stderr, /run again with|went well/);
  });
});

Deno.test("the flag that was named allows it", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "x.ts": SCRIPT });
    const tries = "read,write,env,sys,run";
    const flags = tries.split(",").map((name) => REFUSED[name]!);
    const args = ["run", "x.ts", "-q", "--shards=1", "--no-summary", "-e", `TRY=${tries}`];
    const { stderr } = await downpour(folder, [...args, ...flags]);
    for (const name of tries.split(",")) assert.match(stderr, new RegExp(`${name} went well`));
  });
});

Deno.test("what a script is refused while it loads is told with the flag, and its place", async () => {
  await inFolder(async (folder) => {
    const text =
      `import { open } from "k6/data";\nopen("/etc/hostname");\nexport default () => {};`;
    await writeFiles(folder, { "x.ts": text });
    const { code, stderr } = await downpour(folder, ["run", "x.ts"]);
    assert.equal(code, 107);
    assert.match(stderr, /--allow-read=\/etc\/hostname\n {4}at .*x\.ts:2:1/);
  });
});

Deno.test("requests that are refused and don't throw are told of behind the summary", async () => {
  await inFolder(async (folder) => {
    const text = `import { Client } from "k6/x/net/http"; const client = new Client();
      export default async () => { await client.get("http://127.0.0.1:9/"); };`;
    await writeFiles(folder, { "x.ts": text });
    const { code, stderr } = await downpour(folder, ["run", "x.ts", "-q", "--allow-net=none"]);
    assert.equal(code, 0);
    assert.match(stderr, /may not reach what it asked for: run with --allow-net=127\.0\.0\.1:9\n/);
  });
});
