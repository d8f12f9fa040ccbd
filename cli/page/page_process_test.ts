import assert from "node:assert/strict";
import { saveRun } from "../../results/mod.ts";
import { fakeRecord } from "../../results/record_for_tests.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The command in a folder of its own. */
function command(folder: string, args: readonly string[]): Deno.Command {
  return new Deno.Command("deno", {
    args: [
      ...["run", "--quiet", "--no-prompt", `--config=${ROOT}deno.json`, "--allow-net=127.0.0.1"],
      ...["--allow-read", "--allow-write=/tmp", "--allow-run=deno", "--allow-env=DOWNPOUR_*"],
      ...[`${ROOT}cli.ts`, ...args],
    ],
    cwd: folder,
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  });
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first bytes that a server answers to whoever asks it by another name. */
async function answerTo(url: string, host: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`));
  const buffer = new Uint8Array(64);
  return text(buffer.subarray(0, await connection.read(buffer) ?? 0));
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("downpour report writes the report and the plots of a kept run", async () => {
  await inFolder(async (folder) => {
    const record = fakeRecord({ seconds: 5, name: "kept" });
    await saveRun(`${folder}/.downpour/runs`, record);
    const args = ["report", "1", "-o", "one.html", "--plots", "plots/one"];
    const { code, stderr } = await command(folder, args).output();
    assert.equal(code, 0, text(stderr));
    assert.match(await Deno.readTextFile(`${folder}/one.html`), /<title>kept · Downpour<\/title>/);
    const plots = await Array.fromAsync(Deno.readDir(`${folder}/plots/one`), ({ name }) => name);
    assert.ok(plots.includes("latency.svg") && plots.includes("latency.png"), plots.join());
    const missing = await command(folder, ["report", "7"]).output();
    assert.notEqual(missing.code, 0);
    assert.match(text(missing.stderr), /^downpour: .*7/);
  });
});

Deno.test("downpour dash serves a kept run on loopback until it is stopped", async () => {
  await inFolder(async (folder) => {
    await saveRun(`${folder}/.downpour/runs`, fakeRecord({ seconds: 2, name: "kept" }));
    const child = command(folder, ["dash", "--dash-address", "127.0.0.1:0"]).spawn();
    const reader = child.stderr.getReader();
    let said = "";
    while (!said.includes("Ctrl-C")) {
      const { value, done } = await reader.read();
      if (done) break;
      said += text(value);
    }
    const url = /shown at (\S+)/.exec(said)?.[1];
    assert.ok(url !== undefined, said);
    assert.match(await (await fetch(url)).text(), /<title>kept/);
    assert.match(await answerTo(url, "attacker.example"), /^HTTP\/1\.1 403 /);
    child.kill("SIGINT");
    assert.equal((await child.status).code, 0);
    await reader.cancel();
    await child.stdout.cancel();
  });
});

Deno.test("a page for other machines needs a token, and a kept run is never theirs", async () => {
  await inFolder(async (folder) => {
    const runs: [args: string[], message: RegExp][] = [
      [
        ["http://127.0.0.1:9/", "--dash-address", "0.0.0.0:0"],
        /--dash-address 0\.0\.0\.0:0 would let other machines see and control the run: set DOWNPOUR_TOKEN/,
      ],
      [["dash", "--dash-address", "0.0.0.0:0"], /is not this machine: write a file for others/],
    ];
    for (const [args, message] of runs) {
      const { code, stderr } = await command(folder, args).output();
      assert.deepEqual([code, message.test(text(stderr))], [104, true], text(stderr));
    }
  });
});

Deno.test("a report that can't be written is said before the load", async () => {
  await inFolder(async (folder) => {
    const args = ["http://127.0.0.1:9/", "--report", "missing/report.html"];
    const { code, stderr } = await command(folder, args).output();
    assert.equal(code, 104, text(stderr));
    assert.match(text(stderr), /--report: /);
  });
});
