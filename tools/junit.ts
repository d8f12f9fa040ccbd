/** What a test run came to, read from its JUnit report. */
export interface TestCounts {
  /** Tests that passed. Steps are parts of their test, not tests. */
  passed: number;
  failed: number;
  /** Names of the tests and steps that were skipped. */
  skipped: string[];
}

/** Counts the tests of a report that `deno test --junit-path` wrote. */
export function readJunit(xml: string): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: [] };
  for (const suite of xml.split(/<testsuite\s/).slice(1)) countSuite(suite, counts);
  return counts;
}

interface Case {
  name: string;
  inside: string;
}

function countSuite(suite: string, counts: TestCounts): void {
  const cases = [...suite.matchAll(/<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes, inside = ""]): Case => ({ name: nameOf(attributes!), inside }),
  );
  const names = new Set(cases.map(({ name }) => name));
  for (const { name, inside } of cases) {
    const skipped = /<skipped\b/.test(inside);
    if (skipped) counts.skipped.push(name);
    else if (isStep(name, names)) continue;
    else if (/<(failure|error)\b/.test(inside)) counts.failed++;
    else counts.passed++;
  }
}

/** A step is reported as `test > step`, beside its test. */
function isStep(name: string, names: Set<string>): boolean {
  for (let at = name.indexOf(" > "); at >= 0; at = name.indexOf(" > ", at + 1)) {
    if (names.has(name.slice(0, at))) return true;
  }
  return false;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function nameOf(attributes: string): string {
  const raw = /(?:^|\s)name="([^"]*)"/.exec(attributes)?.[1] ?? "";
  return raw.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-fA-F]+));/g, (all, word, decimal, hex) => {
    if (word !== undefined) return ENTITIES[word] ?? all;
    return String.fromCodePoint(decimal === undefined ? parseInt(hex, 16) : Number(decimal));
  });
}
