/**
 * Checks the documentation:
 *
 * - `deno doc --lint` passes on the modules of `exports` in `deno.json`; what it has to say of types of
 *   packages that are shown as they are is theirs.
 * - Each of them has a `@module` text with a code block; a `mod.ts`'s is run by the tests.
 * - Every block of code that the tests run asserts something, with `node:assert/strict`. A load
 *   script (a block with `export default function name`) is excepted: the tests check its types
 *   and load it, its `check` calls belong to a run.
 * - The README has no `ignore` block; those elsewhere are counted.
 *
 * Run it as `deno run --allow-read=. --allow-run=deno tools/check_docs.ts`.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { listFiles } from "./_files.ts";
import { commentBlocks, type DocBlock, isCode, isIgnored, moduleDoc } from "./doc_blocks.ts";
import { markdownBlocks } from "./doc_blocks.ts";

/** What was found in a file. */
export interface DocFindings {
  /** `file:line: what is wrong`. */
  problems: string[];
  /** Blocks of code. */
  blocks: number;
  /** Of those, the ones that no test runs. */
  ignored: number;
}

/** Checks the code blocks of a Markdown file, or of the doc comments of a source. */
export function checkBlocks(file: string, text: string): DocFindings {
  const blocks = (file.endsWith(".md") ? markdownBlocks(text) : commentBlocks(text)).filter(isCode);
  const problems: string[] = [];
  for (const block of blocks) {
    const problem = judgeBlock(file, block);
    if (problem !== null) problems.push(`${file}:${block.line}: ${problem}`);
  }
  return { problems, blocks: blocks.length, ignored: blocks.filter(isIgnored).length };
}

function judgeBlock(file: string, block: DocBlock): string | null {
  if (isIgnored(block)) return file === "README.md" ? "a block in the README is ignored" : null;
  if (/^export default (async )?function\b/m.test(block.text)) return null;
  return /\bassert(\.\w+)?\(/.test(block.text) ? null : "the block asserts nothing";
}

/** Checks that an exported module describes itself and shows a use. */
export function checkModuleDoc(file: string, source: string): string[] {
  const doc = moduleDoc(source);
  if (doc === null) return [`${file}:1: no @module text`];
  const blocks = markdownBlocks(doc.text);
  const isFace = file.endsWith("mod.ts");
  if (isFace && blocks.some((block) => isCode(block) && !isIgnored(block))) return [];
  if (!isFace && blocks.length > 0) return [];
  return [`${file}:${doc.line}: the @module text has no ${isFace ? "running example" : "example"}`];
}

/** The errors that `deno doc --lint` found in files below `root`, each in its own words. */
export function ownLintErrors(output: string, root: string): string[] {
  const folder = decodeURIComponent(new URL(root).pathname);
  return output.split(/^(?=error\[)/m).filter((part) => /^error\[/.test(part))
    .map((part) => part.replace(/\nerror: Found [\s\S]*$/, "").trimEnd())
    .filter((part) => / *--> (.*?):\d+:\d+/.exec(part)?.[1]?.startsWith(folder));
}

async function main(): Promise<number> {
  const root = new URL("../", import.meta.url);
  const read = (file: string) => Deno.readTextFile(new URL(file, root));
  const all: DocFindings = { problems: [], blocks: 0, ignored: 0 };
  for (const file of await listFiles(root, (path) => /(?<!_test)\.ts$|\.md$/.test(path))) {
    const found = checkBlocks(file, await read(file));
    all.problems.push(...found.problems);
    all.blocks += found.blocks;
    all.ignored += found.ignored;
  }
  const entries = Object.values(config.exports);
  for (const entry of entries) {
    const file = entry.slice("./".length);
    try {
      all.problems.push(...checkModuleDoc(file, await read(file)));
    } catch (error) {
      all.problems.push(`${file}: exported, but not there: ${error}`);
    }
  }
  const args = ["doc", "--lint", ...entries];
  const lint = await new Deno.Command("deno", { args, cwd: root, stdout: "null" }).output();
  const said = new TextDecoder().decode(lint.stderr);
  all.problems.push(...ownLintErrors(said, root.href));
  if (!lint.success && !said.includes("error[")) all.problems.push(said);
  for (const problem of all.problems) console.error(problem);
  const { problems, blocks, ignored } = all;
  console.log(`${blocks} code blocks in docs, ${ignored} ignored, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main();
