import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";

/** Longest time of one case. */
const LIMIT_MS = 120_000;

/**
 * Tests of what a browser sees. What drives the browser reads the environment and the system: more
 * than tests may. So each case is a process of its own, with those permissions.
 *
 * @param file in this folder: plays the case whose name it is given
 * @param programs must be here, beside Chromium
 */
export async function browserTests(
  file: string,
  names: readonly string[],
  programs: readonly string[] = [],
): Promise<void> {
  for (const name of names) {
    await programTest(["chromium", ...programs], name, async () => {
      const child = new Deno.Command("deno", {
        args: [
          ...["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read"],
          ...["--allow-write=/tmp", "--allow-env", "--allow-sys", "--allow-run"],
          ...[`page/browser/${file}`, name],
        ],
        // Else one of its parts looks for Windows below /proc, where only those with all rights may.
        env: { __IS_WSL_TEST__: "1" },
        ...{ stdin: "null", stdout: "piped", stderr: "piped" },
      }).spawn();
      const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
      const { code, stdout, stderr } = await child.output();
      clearTimeout(limit);
      const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
      assert.equal(code, 0, text);
    });
  }
}
