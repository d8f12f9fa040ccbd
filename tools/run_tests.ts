/**
 * Runs all tests, doc blocks included, and ends by printing `N passed, N failed` alone on a line
 * (`, N skipped` behind it when there are some). Its exit code is that of `deno test`. Arguments
 * are handed on: `deno task test http`.
 *
 * Tests run with the permissions of `test.permissions` in `deno.json`, except for files: they may
 * write to a folder of their own alone, which goes when they end.
 *
 * A test that lacks something on this machine is skipped by `ignore`; its name ends in the reason:
 * `wrk agrees with us (needs wrk)`.
 *
 * @module
 */
import { readJunit, type TestCounts } from "./junit.ts";

/** The last line of a run. */
export function countsLine({ passed, failed, skipped }: TestCounts): string {
  const tail = skipped.length === 0 ? "" : `, ${skipped.length} skipped`;
  return `${passed} passed, ${failed} failed${tail}`;
}

/** A skipped test's name and reason, for people. */
export function skippedLine(name: string): string {
  const match = /^(.*) \((needs [^()]+)\)$/.exec(name);
  return match === null ? `skipped: ${name}: no reason given` : `skipped: ${match[1]}: ${match[2]}`;
}

/**
 * The counts of a run. A run that failed without a failed test (a file that can't be loaded, a
 * type error, a crash) counts as one failure.
 */
export function judgeRun(junit: string | null, exitCode: number): TestCounts {
  const counts = junit === null ? { passed: 0, failed: 0, skipped: [] } : readJunit(junit);
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function main(args: string[]): Promise<number> {
  const root = new URL("../", import.meta.url);
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "downpour-test-" });
  await Deno.chmod(folder, 0o755); // Servers that give up being root read their files in it.
  const report = `${folder}/junit.xml`;
  try {
    await fetchBundler(root);
    const { code } = await new Deno.Command("deno", {
      args: [
        ...["test", "-P", "--no-prompt", "--doc", "--parallel", `--junit-path=${report}`],
        ...[`--allow-read=.,${folder}`, `--allow-write=${folder}`, ...args],
      ],
      cwd: root,
      env: { TMPDIR: folder },
    }).spawn().status;
    const junit = await Deno.readTextFile(report).catch(() => null);
    const counts = judgeRun(junit, code);
    for (const name of counts.skipped) console.log(skippedLine(name));
    console.log(countsLine(counts));
    return code === 0 && counts.failed > 0 ? 1 : code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Deno fetches its bundler on first use: once here, so that tests in parallel don't race for it. */
async function fetchBundler(root: URL): Promise<void> {
  const entry = new URL("internal/mod.ts", root).pathname;
  const { success, errors } = await Deno.bundle({ entrypoints: [entry], write: false });
  if (!success) throw new Error(`Deno's bundler fails: ${errors.map((e) => e.text).join("; ")}`);
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
