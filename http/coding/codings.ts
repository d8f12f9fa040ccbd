import { nearest, OptionError } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";

/** A content coding that can be decoded and encoded (RFC 9110, section 8.4.1; RFC 7932; RFC 8878). */
export type Coding = "gzip" | "deflate" | "br" | "zstd";

const BY_NAME: ReadonlyMap<string, Coding | "identity"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
  ["zstd", "zstd"],
  ["identity", "identity"],
]);

const CHOICES = "gzip, deflate, br, zstd or identity";

/** More than this many codings in one value are refused. */
const MOST_CODINGS = 5;

/**
 * The codings of a `Content-Encoding` value, in the order they were applied; `identity` is left out.
 *
 * @throws {HttpError} `decode_failed` for a coding that isn't known, or more than five
 */
export function responseCodings(value: string): readonly Coding[] {
  const known = parsed.get(value);
  if (known !== undefined) return known;
  return parse(value, (message) => new HttpError("decode_failed", "body", message));
}

/**
 * The codings of the option `compression`, in the order to apply them; `identity` is left out.
 *
 * @throws {OptionError} for a coding that isn't known, or more than five
 */
export function requestCodings(value: string): readonly Coding[] {
  return parse(value, (message, name) => {
    const hint = name === undefined ? null : nearest(name, [...BY_NAME.keys()]);
    const end = hint === null ? "" : ` (did you mean ${hint}?)`;
    return new OptionError("compression", `compression: ${message}${end}`);
  });
}

/** Values that are one coding, which nearly all are, cost one look-up. */
const parsed: ReadonlyMap<string, readonly Coding[]> = new Map(
  [...BY_NAME].map(([name, coding]) => [name, coding === "identity" ? [] : [coding]]),
);

function parse(value: string, error: (message: string, name?: string) => Error): readonly Coding[] {
  // Empty list elements count for nothing (RFC 9110, section 5.6.1.2).
  const names = value.split(",", 100).map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > MOST_CODINGS) {
    throw error(`${names.length} content codings: at most ${MOST_CODINGS} are undone`);
  }
  const codings: Coding[] = [];
  for (const name of names) {
    const coding = BY_NAME.get(name.toLowerCase());
    if (coding === undefined) {
      const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
      throw error(`unknown content coding ${shown}: ${CHOICES}`, name);
    }
    if (coding !== "identity") codings.push(coding);
  }
  return codings;
}
