import { PacketError } from "../errors.ts";
import { SCRIPT_LIMITS } from "./limits.ts";

/** Where something stands in a script. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** How many of them it takes, on its first line; at least 1. */
  readonly length: number;
}

/** One thing that is wrong with a script. */
export interface ScriptProblem extends Position {
  /** What is wrong, naming the value. */
  readonly message: string;
  /** What would be right, to be read behind "expected"; empty where the message has all there is to say. */
  readonly expected: string;
  /** The name that was most likely meant, or null. */
  readonly suggestion: string | null;
}

/** What checks add to, in any order. */
export interface Problems {
  /** Adds one. What goes wrong where something is wrong already mostly follows from that. */
  add(at: Position, message: string, expected?: string, suggestion?: string | null): void;
  /** All that was added, in the order of the script; at most {@linkcode SCRIPT_LIMITS}' `problems`. */
  list(): ScriptProblem[];
  /** How many were more than that. */
  readonly omitted: number;
}

/** An empty collection. @param oncePerPlace whether what is added second about a place is left out */
export function collectProblems(oncePerPlace = true): Problems {
  const found: ScriptProblem[] = [];
  const places = new Set<string>();
  let omitted = 0;
  return {
    add({ line, column, length }, message, expected = "", suggestion = null) {
      const place = `${line}:${column}`;
      if (oncePerPlace && places.has(place)) return;
      if (found.length === SCRIPT_LIMITS.problems) {
        omitted++;
        return;
      }
      places.add(place);
      found.push({ line, column, length: Math.max(1, length), message, expected, suggestion });
    },
    list: () => found.toSorted((a, b) => a.line - b.line || a.column - b.column),
    get omitted() {
      return omitted;
    },
  };
}

/** How many problems the message of a {@linkcode ScriptError} has; its `problems` has the others. */
const IN_MESSAGE = 20;

/** A stress script that can't be run, `code` is `script_invalid`: all that is wrong with it. */
export class ScriptError extends PacketError {
  /** Name of the class, for logs. */
  override readonly name: string = "ScriptError";
  /** Name of the script. */
  readonly file: string;
  /** At least one, in the order of the script. */
  readonly problems: readonly ScriptProblem[];
  /** How many more there were than a script's problems are told of (1000). */
  readonly omitted: number;
  /** Private, so that whoever prints the error doesn't print the script. */
  readonly #source: string;

  /**
   * An error about a script's problems, of which there is at least one.
   *
   * @param options `source`: the script's text, where there is one; `omitted`: problems left out
   */
  constructor(
    file: string,
    problems: readonly ScriptProblem[],
    { source = "", omitted = 0 }: { source?: string; omitted?: number } = {},
  ) {
    const lines = problems.slice(0, IN_MESSAGE).map((problem) => problemLine(file, problem));
    const more = problems.length - lines.length + omitted;
    if (more > 0) lines.push(moreProblems(more));
    super("script_invalid", lines.join("\n"));
    this.file = file;
    this.problems = problems;
    this.omitted = omitted;
    this.#source = source;
  }

  /** The script's text; empty where there is none. */
  get source(): string {
    return this.#source;
  }
}

/** One problem on one line: `load.ldsh:4:5: message, expected …, did you mean …?`. */
export function problemLine(file: string, problem: ScriptProblem): string {
  const { line, column, message, expected, suggestion } = problem;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const wanted = expected === "" ? "" : `, expected ${expected}`;
  const hint = suggestion === null ? "" : `, did you mean ${suggestion}?`;
  return `${place}: ${message}${wanted}${hint}`;
}

/** What stands for problems that aren't shown. */
export function moreProblems(count: number): string {
  return count === 1 ? "and 1 more problem" : `and ${count} more problems`;
}
