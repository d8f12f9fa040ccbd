import assert from "node:assert/strict";
import { loadSecrets, NO_SECRETS, type SecretReaders, secretValues } from "./secrets.ts";

const FILES: Record<string, string> = {
  "s.txt": "cool=some\nelse=a=b, c\n\n# comment\nspaced = x \r\nempty=\n",
  "bad.txt": "a=1\n\nhunter2",
};
const readers: SecretReaders = {
  readFile: (path) =>
    path in FILES ? Promise.resolve(FILES[path]!) : Promise.reject(new Error("no such file")),
  readEnv(name) {
    if (name === "FORBIDDEN") throw new Deno.errors.NotCapable("no");
    return name === "TOKEN" ? "t0ken" : undefined;
  },
};
const load = (...flags: string[]) => loadSecrets(flags, readers);
const plain = async (...flags: string[]) => JSON.parse(JSON.stringify(await load(...flags)));

Deno.test("a file has a secret on each line", async () => {
  const secrets = { cool: "some", else: "a=b, c", "spaced ": " x ", empty: "" };
  assert.deepEqual(await plain("file=s.txt"), { sources: { file: secrets }, default: "file" });
  assert.deepEqual(await plain("file=name=ci,filename=s.txt"), {
    sources: { ci: secrets },
    default: "ci",
  });
});

Deno.test("mock sources hold their secrets, env sources name variables", async () => {
  assert.deepEqual(await plain("mock=default,a=1,b=x=y", "mock=name=n,a=2", "env=TOKEN"), {
    sources: { mock: { a: "1", b: "x=y" }, n: { a: "2" }, env: { TOKEN: "t0ken" } },
    default: "mock",
  });
});

Deno.test("of several sources none is the default unless it says so", async () => {
  assert.equal((await load("mock=a=1", "env=TOKEN")).default, null);
  assert.equal((await load("mock=a=1", "env=default,TOKEN")).default, "env");
  assert.deepEqual(await load(), { ...NO_SECRETS, sources: Object.create(null) });
});

Deno.test("all values are known to whoever redacts", async () => {
  const secrets = await load("mock=a=1,b=2", "env=TOKEN");
  assert.deepEqual(secretValues(secrets).sort(), ["1", "2", "t0ken"]);
});

Deno.test("bad sources are refused, and no message holds a value", async () => {
  const cases: [flags: string[], code: string, message: string][] = [
    [["hunter2"], "option_invalid", "--secret-source: it begins with one of file=, mock=, env="],
    [
      ["vault=hunter2"],
      "option_invalid",
      "--secret-source: it begins with one of file=, mock=, env=: vault",
    ],
    [
      ["mock=a=1", "mock=b=hunter2"],
      "option_invalid",
      "--secret-source: two sources are named mock: add name=… to one of them",
    ],
    [
      ["mock=default,a=1", "env=default,TOKEN"],
      "option_invalid",
      "--secret-source: mock and env are both default",
    ],
    [
      ["mock=name=,a=hunter2"],
      "option_invalid",
      "--secret-source: the name of a source of kind mock is empty",
    ],
    [
      ["mock=a=1,hunter2"],
      "option_invalid",
      "--secret-source: part 2 of source mock is not KEY=VALUE",
    ],
    [
      ["mock==hunter2"],
      "option_invalid",
      "--secret-source: part 1 of source mock is not KEY=VALUE",
    ],
    [["file=bad.txt"], "option_invalid", "--secret-source: line 3 of bad.txt is not KEY=VALUE"],
    [["file=nope.txt"], "secret_source", "Can't read secrets from nope.txt: no such file"],
    [
      ["file=a,b"],
      "option_invalid",
      "--secret-source: source file needs one file, as file=PATH or filename=PATH",
    ],
    [
      ["file="],
      "option_invalid",
      "--secret-source: source file needs one file, as file=PATH or filename=PATH",
    ],
    [["env=NOPE"], "secret_source", "Secret NOPE is not in the environment"],
    [
      ["env=FORBIDDEN"],
      "secret_source",
      "Can't read secret FORBIDDEN from the environment: add --allow-env=FORBIDDEN",
    ],
    [["env=A B"], "option_invalid", `--secret-source: env= takes names of variables: "A B"`],
  ];
  for (const [flags, code, message] of cases) {
    await assert.rejects(load(...flags), { code, message });
    assert.ok(!message.includes("hunter2"));
  }
});
