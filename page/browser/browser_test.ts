import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import { CASE_NAMES } from "./case_names_for_tests.ts";

/** Longest time of one case. */
const LIMIT_MS = 60_000;

// What drives the browser reads the environment and the system: more than tests may. So each case
// is a process of its own, with those permissions.
for (const name of CASE_NAMES) {
  await programTest(["chromium"], name, async () => {
    const child = new Deno.Command("deno", {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read"],
        ...["--allow-write=/tmp", "--allow-env", "--allow-sys", "--allow-run"],
        ...["page/browser/cases_for_tests.ts", name],
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
