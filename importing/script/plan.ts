/**
 * What an imported script will do, before it is text.
 *
 * @module
 */

/** A value that the script gets from outside: a constant at its beginning. */
export type Definition = EnvDefinition | FileDefinition;

/** A value of the script's `env`. */
export interface EnvDefinition {
  readonly kind: "env";
  /** Name in `env`: capitals, digits, underscores. */
  readonly env: string;
  /** What it is when it isn't given. */
  readonly fallback: string;
  /** Whether it must be given for the script to work: a secret that was left out. */
  readonly needed: boolean;
}

/** The contents of a file, read while the script loads. */
export interface FileDefinition {
  readonly kind: "file";
  /** Relative to the script. */
  readonly path: string;
  readonly binary: boolean;
}

/** An expression of ours, never of the input. */
export interface Code {
  readonly code: string;
  /** What it needs of `@downpour/downpour/http`. */
  readonly needs?: "file";
}

/** A value percent-encoded, as it stands in a URL. */
export interface Encoded {
  readonly encoded: Definition;
}

/** What can stand in text, or be it. */
export type Part = string | Definition | Code | Encoded;

/** Text with values in it. */
export interface Template {
  readonly parts: readonly Part[];
}

/** A call of `file(data, name, type)`. */
export interface FilePart {
  readonly file: readonly [data: Value, name: string, type: string];
}

/** What an argument can be; a `Map` is an object, in its order. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Definition
  | Code
  | Template
  | FilePart
  | readonly Value[]
  | ReadonlyMap<string, Value>;

/** What a response's status should be. */
export type Expectation = number | "ok";

/** One request, and the check of its response. */
export interface RequestStep {
  readonly kind: "request";
  /** A token of RFC 9110, in capitals. */
  readonly method: string;
  /** Relative to the script's target, or absolute. */
  readonly url: string | Template;
  /** Options of the call, by name. */
  readonly options: ReadonlyMap<string, Value>;
  /** What it is called in checks. */
  readonly label: string;
  readonly expect: Expectation;
  /** A line above it; "" for none. */
  readonly comment?: string;
}

/** Waiting, as between pages. */
export interface PauseStep {
  readonly kind: "pause";
  readonly seconds: number;
}

/** Steps with a name. */
export interface GroupStep {
  readonly kind: "group";
  readonly name: string;
  readonly steps: readonly Step[];
}

/** What a script does, in order. */
export type Step = RequestStep | PauseStep | GroupStep;

/** A whole script. */
export interface ScriptPlan {
  /** What it was made from, for its first line. */
  readonly title: string;
  /** Scheme, host and port of what it loads, unless `TARGET` is given. */
  readonly target: string;
  /** Options of its client, besides `baseUrl`. */
  readonly client: ReadonlyMap<string, Value>;
  /** Its `options`, besides the load. */
  readonly options: ReadonlyMap<string, Value>;
  readonly steps: readonly Step[];
  /** What could not be taken over, a line each. */
  readonly notes: readonly string[];
}

/** A value that is text with values in it, in its simplest form. */
export function template(parts: readonly Part[]): string | Template {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part === "") continue;
    if (typeof part === "string" && typeof last === "string") merged.push(merged.pop() + part);
    else merged.push(part);
  }
  if (merged.length === 0) return "";
  return merged.length === 1 && typeof merged[0] === "string" ? merged[0] : { parts: merged };
}

/** A part as it is where something else encodes it. */
export function uncoded(part: Part): string | Definition | Code {
  return typeof part === "object" && "encoded" in part ? part.encoded : part;
}

/** All definitions that a plan uses, in the order of their first use. */
export function definitionsOf(plan: ScriptPlan): Definition[] {
  const found = new Set<Definition>();
  visit(plan.client, found);
  for (const step of requestsOf(plan.steps)) {
    visit(step.url, found);
    visit(step.options, found);
  }
  return [...found];
}

/** All requests of steps, those of groups too. */
export function* requestsOf(steps: readonly Step[]): Generator<RequestStep> {
  for (const step of steps) {
    if (step.kind === "request") yield step;
    if (step.kind === "group") yield* requestsOf(step.steps);
  }
}

/** Whether a value holds a call of `file`. */
export function usesFile(value: Value): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("file" in value) return true;
  if (Array.isArray(value)) return value.some(usesFile);
  return value instanceof Map && [...value.values()].some(usesFile);
}

function visit(value: Value, found: Set<Definition>): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Map) value.forEach((item) => visit(item, found));
  else if (Array.isArray(value)) value.forEach((item) => visit(item, found));
  else if ("parts" in value) value.parts.forEach((part) => visit(uncoded(part), found));
  else if ("file" in value) value.file.forEach((item) => visit(item, found));
  else if ("kind" in value) found.add(value);
}
