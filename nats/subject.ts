import { natsError } from "./errors.ts";

/** What no subject can have: spaces and control characters (they end it on the wire). */
// deno-lint-ignore no-control-regex -- that is what it looks for
const UNSENDABLE = /[\x00-\x20\x7f]/;
const checked = new Set<string>();
const MAX_CHECKED = 10_000;

/**
 * Checks a subject to publish to: no wildcards, spaces, line ends or empty tokens.
 *
 * @throws {NatsError} 1008 when it is empty, 1009 when it can't be sent
 */
export function checkPublishSubject(subject: string): void {
  if (checked.has(subject)) return;
  const wrong = checkTokens(subject, 1009) ?? (hasWildcard(subject) ? "wildcards" : null);
  if (wrong !== null) throw invalid(1009, subject, wrong);
  if (checked.size >= MAX_CHECKED) checked.clear();
  checked.add(subject);
}

/**
 * Checks a subject to subscribe to: `*` stands for one token, `>` at the end for one or more.
 *
 * @throws {NatsError} 1008 when it is empty, 1010 when nothing can be delivered by it
 */
export function checkSubscribeSubject(subject: string): void {
  const wrong = checkTokens(subject, 1010) ??
    (/>./.test(subject) && subject.split(".").slice(0, -1).includes(">")
      ? "> before its end"
      : null);
  if (wrong !== null) throw invalid(1010, subject, wrong);
}

/** Checks the name of a queue group; empty for none. @throws {NatsError} 1010 */
export function checkQueue(queue: string): void {
  if (typeof queue === "string" && !UNSENDABLE.test(queue)) return;
  const message = `queue group ${JSON.stringify(queue)} has spaces or control characters`;
  throw natsError(1010, undefined, message, "subject_invalid");
}

function checkTokens(subject: unknown, errorCode: 1009 | 1010): string | null {
  if (subject === "" || subject === undefined || subject === null) throw natsError(1008);
  if (typeof subject !== "string") {
    throw natsError(
      errorCode,
      undefined,
      `the subject must be text: ${String(subject)}`,
      "subject_invalid",
    );
  }
  if (UNSENDABLE.test(subject)) return "spaces or control characters";
  if (subject.startsWith(".") || subject.endsWith(".") || subject.includes("..")) {
    return "an empty token (between two dots, or a dot at an end)";
  }
  return null;
}

function hasWildcard(subject: string): boolean {
  if (!subject.includes("*") && !subject.includes(">")) return false;
  return subject.split(".").some((token) => token === "*" || token === ">");
}

function invalid(errorCode: 1009 | 1010, subject: string, wrong: string) {
  const context = `the subject ${JSON.stringify(subject)} has ${wrong}`;
  return natsError(errorCode, undefined, context, "subject_invalid");
}
