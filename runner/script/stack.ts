import { refusedText } from "./_refused.ts";
import type { SourcePositions } from "./source_positions.ts";

const MAX_FRAMES = 20;
const MAX_CAUSES = 5;

/**
 * An error for the script's author: message, then the frames in the author's own files as
 * `file:line:column`, then what caused it. Frames of the runtime and of ours are left out.
 * Takes whatever was thrown and never throws.
 *
 * @param filename that the bundle was compiled under
 */
export function describeStack(
  error: unknown,
  filename: string,
  positions: SourcePositions,
): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  for (let at = error; parts.length < MAX_CAUSES && !seen.has(at);) {
    seen.add(at);
    parts.push(`${parts.length ? "Caused by: " : ""}${describeOne(at, filename, positions)}`);
    const cause = attempt(() => at instanceof Error ? at.cause : undefined);
    if (cause === undefined || cause === null) break;
    at = cause;
  }
  return parts.join("\n");
}

function describeOne(error: unknown, filename: string, positions: SourcePositions): string {
  if (!(error instanceof Error)) return attempt(() => thrownValue(error)) ?? "unprintable value";
  const header = refusedText(attempt(() => String(error)) ?? "Error");
  const stack = attempt(() => error.stack);
  if (typeof stack !== "string") return header;
  return [header, ...frames(stack, filename, positions)].join("\n");
}

function thrownValue(value: unknown): string {
  const text = typeof value === "object" ? Deno.inspect(value, { depth: 2 }) : String(value);
  return `Thrown: ${text}`;
}

function frames(stack: string, filename: string, positions: SourcePositions): string[] {
  const found: string[] = [];
  for (const line of stack.split("\n")) {
    const at = line.indexOf(`${filename}:`);
    if (at === -1 || !/^\s+at /.test(line)) continue;
    const place = /^(\d+):(\d+)/.exec(line.slice(at + filename.length + 1));
    const origin = place && positions.find(Number(place[1]), Number(place[2]));
    if (!origin) continue;
    const where = `${origin.file}:${origin.line}:${origin.column}`;
    const name = /^\s+at (.*?) ?\($/.exec(line.slice(0, at))?.[1]
      // The bundler names an anonymous default export after its file.
      ?.replace(/\b\w+_default$/, "default");
    found.push(`    at ${name ? `${name} (${where})` : where}`);
    if (found.length === MAX_FRAMES) break;
  }
  return found;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
