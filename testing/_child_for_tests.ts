const ROOT = new URL("../", import.meta.url);

/** A test case of a JUnit report. */
export interface ReportedCase {
  readonly name: string;
  /** `passed`, `skipped`, or what the failure says, with entities taken back. */
  readonly outcome: string;
}

/** What a `deno test` in a process of its own came to. */
export interface ChildTests {
  readonly code: number;
  /** Standard output and error. */
  readonly output: string;
  readonly cases: readonly ReportedCase[];
}

/** The arguments of `deno` that run the tests of a file in `testdata`. */
export function testArgs(file: string, ...more: readonly string[]): string[] {
  return ["test", "-P", "--no-prompt", "--no-check", ...more, `testing/testdata/${file}`];
}

/** Runs the tests of a file in `testdata`, sanitizers on. */
export async function runTests(file: string): Promise<ChildTests> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { code, stdout, stderr } = await new Deno.Command("deno", {
      args: testArgs(file, `--junit-path=${report}`),
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return {
      code,
      output: decode(stdout) + decode(stderr),
      cases: casesOf(await Deno.readTextFile(report)),
    };
  } finally {
    await Deno.remove(report);
  }
}

function casesOf(xml: string): ReportedCase[] {
  return [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)]
    .map(([, name, inside = ""]) => {
      const failure = /<failure[^>]*>([\s\S]*?)<\/failure>/.exec(inside)?.[1];
      const skipped = inside.includes("<skipped");
      return {
        name: plain(name!),
        outcome: failure !== undefined ? plain(failure) : skipped ? "skipped" : "passed",
      };
    });
}

function plain(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&apos;", "'").replaceAll("&amp;", "&");
}
