import type { RunResult } from "../runner/mod.ts";

/** The report of a finished run as JUnit XML: what the output `junit` writes at its end. */
export async function junitReport(result: RunResult): Promise<string> {
  const { junitXml } = await import("./junit.ts");
  return junitXml(result);
}
