import { type Verdict, verdicts } from "../report/mod.ts";
import type { RunOutput, RunResult } from "../runner/mod.ts";
import { fileSink, isStdout } from "./_file.ts";
import { xmlElement } from "./_xml.ts";

/**
 * The outcome of a run as JUnit XML, written at its end: a test case for each threshold, for each
 * check, and for the run itself, which fails by what makes it fail beside thresholds. The numbers
 * of the run are properties of the suite. A run that ends without a result is a case with an error.
 *
 * @param path `.gz` at its end packs it; `-` or nothing is standard output
 */
export function junitOutput(path: string): RunOutput {
  const file = fileSink(path);
  let name = "";
  return {
    name: `junit (${isStdout(path) ? "standard output" : path})`,
    lossFails: true,
    start(info) {
      name = info.name;
      return file.open();
    },
    finish(result, outbox) {
      const xml = result === null ? brokenXml(name) : junitXml(result);
      outbox.put(new TextEncoder().encode(xml), 1);
    },
    send: (payload) => file.write(payload),
    close: () => file.close(),
  };
}

/** A test case, with what is wrong with it inside. */
interface Case {
  readonly classname: string;
  readonly name: string;
  readonly wrong: readonly string[];
  readonly kind: "failure" | "error";
}

/** The report of a run that came to its end. */
export function junitXml(result: RunResult): string {
  const all = verdicts(result);
  const cases = all.filter(({ kind }) => kind !== "run").map(caseOf);
  const broken = all.filter(({ kind }) => kind === "run").map(({ message }) => message);
  cases.push({ classname: "run", name: "run", wrong: broken, kind: "error" });
  const seconds = (result.durationMs / 1000).toFixed(3);
  return report(result.name, cases, {
    time: seconds,
    timestamp: new Date(result.startedAt).toISOString(),
  }, properties(result));
}

function brokenXml(name: string): string {
  const wrong = ["the run ended before its load began"];
  return report(name, [{ classname: "run", name: "run", wrong, kind: "error" }], {}, []);
}

function caseOf({ kind, name, groups, ok, message }: Verdict): Case {
  const classname = kind === "check" ? ["checks", ...groups].join(".") : "thresholds";
  return { classname, name, wrong: ok ? [] : [message], kind: "failure" };
}

function report(
  name: string,
  cases: readonly Case[],
  times: Readonly<Record<string, string>>,
  properties: readonly string[],
): string {
  const wrong = (kind: Case["kind"]) =>
    cases.filter((one) => one.kind === kind && one.wrong.length > 0).length;
  const { time = "0.000" } = times;
  const counts = { tests: cases.length, failures: wrong("failure"), errors: wrong("error") };
  const suite = xmlElement("testsuite", { name, ...counts, skipped: 0, time, ...times }, [
    ...(properties.length === 0 ? [] : [xmlElement("properties", {}, properties)]),
    ...cases.map(caseElement),
  ]);
  const suites = xmlElement("testsuites", { name: "downpour", ...counts, time }, [suite]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suites}\n`;
}

function caseElement({ classname, name, wrong, kind }: Case): string {
  const type = kind === "error" ? "run" : classname.split(".")[0]!;
  // One a case: readers take the first.
  const inside = wrong.length === 0 ? [] : [xmlElement(kind, { message: wrong.join("\n"), type })];
  return xmlElement("testcase", { classname, name, time: "0.000" }, inside);
}

function properties(result: RunResult): string[] {
  const { iterations, generator, exitCode, vusMax, shards } = result;
  const numbers: Record<string, string | number> = {
    exit_code: exitCode,
    vus_max: vusMax,
    shards: shards.length,
    ...Object.fromEntries(
      Object.entries(iterations).map(([name, count]) => [`iterations_${name}`, count]),
    ),
    generator: generator.verdict,
  };
  return Object.entries(numbers).map(([name, value]) => xmlElement("property", { name, value }));
}
