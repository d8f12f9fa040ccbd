import { CONTROL } from "./lexer.ts";
import { moreProblems, problemLine, type ScriptError, type ScriptProblem } from "./problems.ts";

/** Columns of a script's line that are shown. */
const WIDTH = 100;
/** Problems that are shown; more are counted. */
const SHOWN = 50;

/**
 * The problems of a script for people: what is wrong and what was expected, the line, and carets
 * under the place. Control characters of the script are shown as `·`, so that it can't write to the
 * terminal.
 */
export function formatProblems(error: ScriptError): string {
  const lines = error.source.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const shown = error.problems.slice(0, SHOWN);
  const width = Math.max(...shown.map(({ line }) => String(line).length));
  const parts = shown.map((problem) => {
    const head = problemLine(error.file, problem);
    const line = lines[problem.line - 1];
    return line === undefined ? head : `${head}\n${excerpt(problem, line, width)}`;
  });
  const more = error.problems.length - shown.length + error.omitted;
  if (more > 0) parts.push(moreProblems(more));
  return `${parts.join("\n\n")}\n`;
}

/** A line, or the part of a long one that has the place, and carets below. */
function excerpt({ line, column, length }: ScriptProblem, text: string, width: number): string {
  const from = column + Math.min(length, 20) <= WIDTH ? 0 : column - 1 - WIDTH / 2;
  const part = text.slice(from, from + WIDTH);
  const before = from > 0 ? "…" : "";
  const after = from + WIDTH < text.length ? "…" : "";
  const indent = before.length + column - 1 - from;
  const carets = Math.max(1, Math.min(length, WIDTH - (column - 1 - from)));
  const bar = `${" ".repeat(width)} |`;
  return [
    `${String(line).padStart(width)} | ${before}${visible(part)}${after}`.trimEnd(),
    `${bar} ${" ".repeat(indent)}${"^".repeat(carets)}`,
  ].join("\n");
}

function visible(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(new RegExp(CONTROL, "g"), "·");
}
