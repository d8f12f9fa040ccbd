import assert from "node:assert/strict";
import { refusedText } from "./_refused.ts";

Deno.test("a refused access names the flag of downpour run that allows it", () => {
  const cases: [kind: string, what: string | null, flag: string][] = [
    ["net", "127.0.0.1:80", "--allow-net=127.0.0.1:80"],
    ["net", "https://a.example/x?y", "--allow-net=a.example:443"],
    ["net", "ws://[::1]:81/", "--allow-net=[::1]:81"],
    ["net", null, "--allow-net=HOST:PORT"],
    ["read", "data/a.txt", "--allow-read=data/a.txt"],
    ["write", "/tmp/a b", "--allow-write=/tmp/a b"],
    ["env", "HOME", "--allow-env=HOME"],
    ["env", null, "--allow-env=NAME"],
    ["sys", "hostname", "--allow-sys=hostname"],
    ["run", "ls", "--allow-run=ls"],
    ["ffi", "x.so", "--allow-ffi=x.so"],
    ["ffi", null, "--allow-ffi=PATH"],
  ];
  for (const [kind, what, flag] of cases) {
    const asked = what === null ? "" : ` to "${what}"`;
    const text =
      `NotCapable: Requires ${kind} access${asked}, run again with the --allow-${kind} flag`;
    assert.equal(refusedText(text), `NotCapable: no ${kind} access${asked}: run with ${flag}`);
  }
});

Deno.test("Deno words its refusals as they are looked for", async () => {
  const worker = `
    for (const ask of [() => Deno.env.get("HOME"), () => Deno.readFileSync("a"), () => Deno.hostname(),
      () => Deno.connect({ port: 1 }), () => new Deno.Command("ls").spawn(), () => Deno.dlopen("x", {}),
      () => Deno.writeFileSync("b", new Uint8Array()), () => fetch("http://127.0.0.1:9000/")]) {
      try { await ask(); } catch (error) { console.log(String(error)); }
    }`;
  const child = new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--quiet", "--no-config", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([worker]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  const texts = new TextDecoder().decode(stdout).trimEnd().split("\n").map(refusedText);
  const flags = texts.map((text) => /run with (--allow-\S+)$/.exec(text)?.[1]);
  assert.deepEqual(flags, [
    "--allow-env=HOME",
    "--allow-read=a",
    "--allow-sys=hostname",
    "--allow-net=127.0.0.1:1",
    "--allow-run=ls",
    "--allow-ffi=x",
    "--allow-write=b",
    "--allow-net=127.0.0.1:9000",
  ]);
});

Deno.test("other texts stay as they are", () => {
  for (const text of ["", "Error: Requires more", 'Requires import access to "a.example:443"']) {
    assert.equal(refusedText(text), text);
  }
});
