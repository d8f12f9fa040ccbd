/** A URL made by `http.url`, with the name that its requests are tagged with. */
export class TaggedUrl {
  /** The URL to send to. */
  readonly url: string;
  /** The same with `${}` in place of each value. */
  readonly name: string;

  /** See {@link url}. */
  constructor(url: string, name: string) {
    this.url = url;
    this.name = name;
  }

  /** The URL to send to. */
  toString(): string {
    return this.url;
  }
}

/** What requests are sent to. */
export type RequestUrl = string | URL | TaggedUrl;

/**
 * Tags a template of a URL: its requests are one row in the results, whatever the values.
 * Values are put in as they are: encode them where that is needed.
 *
 * ```ts
 * import http from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const id = 7;
 * assert.equal(http.url`http://127.0.0.1/users/${id}`.name, "http://127.0.0.1/users/${}");
 * ```
 */
export function url(strings: readonly string[], ...values: readonly unknown[]): TaggedUrl {
  const name = strings.join("${}").replace(/\/\/[^/?#]*@/, "//"); // No password in the results.
  return new TaggedUrl(
    strings.reduce((text, part, index) => `${text}${String(values[index - 1])}${part}`),
    name,
  );
}
