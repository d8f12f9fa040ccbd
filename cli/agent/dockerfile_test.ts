import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { PATH, programTest } from "../../internal/programs_for_tests.ts";
import { parseCommandLine } from "../args.ts";
import { hostAndPort } from "../values.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCKERFILE = `${ROOT}docker/agent.Dockerfile`;
/** Files that no program needs. */
const NOT_COPIED = ["README.md"];

/** Its instructions, lines that go on joined. */
async function instructions(): Promise<string[]> {
  const text = (await Deno.readTextFile(DOCKERFILE)).replace(/\\\n/g, " ");
  return text.split("\n").filter((line) => /^[A-Z]+ /.test(line));
}

function of(lines: readonly string[], word: string): string[] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) =>
    line.slice(word.length).trim()
  );
}

Deno.test("the Dockerfile copies what is there, and all of the package", async () => {
  const copied = of(await instructions(), "COPY").flatMap((line) => line.split(" ").slice(0, -1));
  for (const path of copied) await Deno.stat(ROOT + path);
  const wanted = config.publish.include.filter((path) => !NOT_COPIED.includes(path));
  assert.deepEqual(copied.filter((path) => path !== "deno.lock").sort(), wanted.sort());
});

Deno.test("the Dockerfile's command is one that downpour understands", async () => {
  const [entry] = of(await instructions(), "ENTRYPOINT");
  const words: string[] = JSON.parse(entry!);
  const line = parseCommandLine(words.slice(words.indexOf("cli.ts") + 1));
  assert.ok(line.command === "agent");
  assert.deepEqual(hostAndPort("--listen", line.flags.listen!), {
    hostname: "0.0.0.0",
    port: 8081,
  });
  assert.deepEqual([line.flags.behindProxy, line.flags.uid], [true, "10000"]);
  // What jobs need, and no more: never all permissions.
  const flags = words.filter((word) => /^(--allow|-A)/.test(word)).map((flag) =>
    flag.split("=")[0]
  );
  assert.deepEqual(flags, [
    ...["--allow-net", "--allow-read", "--allow-write", "--allow-run", "--allow-env"],
    // What it is called in a pool unless it is told.
    "--allow-sys",
  ]);
});

Deno.test("the Dockerfile begins from an image of one version, and exposes the agent's port", async () => {
  const lines = await instructions();
  assert.match(of(lines, "FROM").join(), /^denoland\/deno:debian-\d+\.\d+\.\d+$/);
  assert.deepEqual(of(lines, "EXPOSE"), ["8081"]);
  assert.deepEqual(JSON.parse(of(lines, "VOLUME")[0]!), [
    "/var/lib/downpour-agent",
    "/var/log/loadtest-agent",
  ]);
});

await programTest(
  ["hadolint"],
  "hadolint finds nothing to say against the Dockerfile",
  async () => {
    const lint = async (text: string): Promise<[code: number, said: string]> => {
      const child = new Deno.Command("bash", {
        args: ["-c", `${PATH}; exec hadolint --no-color -`],
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const output = child.output();
      const input = child.stdin.getWriter();
      await input.write(new TextEncoder().encode(text));
      await input.close();
      const { code, stdout } = await output;
      return [code, new TextDecoder().decode(stdout)];
    };
    const text = await Deno.readTextFile(DOCKERFILE);
    assert.deepEqual(await lint(text), [0, ""]);
    const [code, said] = await lint(text.replace(/^FROM .*/m, "FROM denoland/deno:latest"));
    assert.ok(code !== 0 && said.includes("DL3007"), "it does look");
  },
);
