import assert from "node:assert/strict";
import { programTest } from "../internal/programs_for_tests.ts";
import { COMMAND, start, withScript } from "./_process_for_tests.ts";
import { keysOf } from "./keyboard.ts";
import { SAME_SIGNAL_MS } from "./signals.ts";

const SCRIPT = `
import { sleep } from "k6";
export const options = {
  scenarios: { s: { executor: "externally-controlled", vus: 2, maxVUs: 3 } },
};
export default async function () { await sleep(__ENV.LONG ? 60 : 0.02); }
`;

/** Runs the script in a terminal of its own, which says at the end how it is set. */
async function inTerminal(
  use: (terminal: ReturnType<typeof start>) => Promise<void>,
  args: readonly string[] = [],
): Promise<string> {
  let text = "";
  await withScript(SCRIPT, async (script) => {
    const quoted = ["deno", ...COMMAND, "run", script, "--shards", "1", ...args]
      .map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const line = `env -u CI -u FORCE_COLOR NO_COLOR=1 ${quoted}; echo "exit=$?"; stty -a`;
    const terminal = start("bash", [
      "-c",
      // Another shell would end with the Ctrl-C that its program has taken.
      `SHELL=$(command -v bash) exec script -qec "$0" /dev/null`,
      line,
    ]);
    try {
      await use(terminal);
    } finally {
      await terminal.ended();
      text = terminal.stdout.text;
    }
  });
  return text;
}

/** The terminal shows what is typed and waits for whole lines, as it did before. */
function assertRestored(text: string): void {
  for (const name of ["icanon", "echo", "isig", "icrnl"]) {
    assert.match(text, new RegExp(`[^-\\w]${name}\\b`));
  }
}

await programTest(
  ["script", "stty"],
  "keys steer a run in a terminal, which is given back",
  async () => {
    const text = await inTerminal(async ({ stdout, type }) => {
      let at = await stdout.until(/running .*2 VUs.*\[p pause, q stop\]/);
      await type("p");
      at = await stdout.until(/paused .*\[r resume, q stop\]/, at);
      await type("r");
      at = await stdout.until(/running /, at);
      await type("+");
      at = await stdout.until(/3 VUs/, at);
      await type("+");
      at = await stdout.until(/VUs of s must be a whole number from 0 to its maxVUs, 3: 4/, at);
      await type("q");
      await stdout.until(/stopping: running iterations may finish/, at);
    });
    assert.match(text, /^exit=105\r$/m);
    assertRestored(text);
  },
);

await programTest(["script", "stty"], "Ctrl-C stops, the next one kills", async () => {
  const text = await inTerminal(async ({ stdout, type }) => {
    await stdout.until(/running .*2 VUs.*\[p pause, q stop\]/);
    await type("\x03");
    const at = await stdout.until(/a second Ctrl-C ends the run at once/);
    // Right behind the first it would count as the same; a third one would be the shell's.
    await new Promise((resolve) => setTimeout(resolve, 2 * SAME_SIGNAL_MS));
    await type("\x03");
    await stdout.until(/ending at once/, at);
  }, ["-e", "LONG=1"]);
  assert.match(text, /2 interrupted/);
  assert.match(text, /^exit=105\r$/m);
  assertRestored(text);
});

Deno.test("what an arrow sends is one key, and all else is a key a character", () => {
  assert.deepEqual(keysOf("p\x1b[Dé\x1b[1;5C\x1bOA\x1b"), [
    ...["p", "\x1b[D", "é", "\x1b[1;5C", "\x1bOA", "\x1b"],
  ]);
  assert.deepEqual(keysOf(""), []);
});
