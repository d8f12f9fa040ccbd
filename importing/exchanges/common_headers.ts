import { headerValue } from "../credentials.ts";
import type { Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { Exchange } from "./exchange.ts";
import { ownHeaders } from "./headers.ts";

/** Headers that all requests have, with the same value. */
export function commonHeaders(exchanges: readonly Exchange[]): {
  /** In small letters. */
  readonly names: ReadonlySet<string>;
  /** What they are as an option of a client. */
  client(definitions: Definitions): ReadonlyMap<string, Value>;
} {
  const [first, ...others] = exchanges.map(({ headers }) => ownHeaders(headers));
  const shared = others.length === 0
    ? []
    : [...first!].filter(([name, value]) =>
      name.toLowerCase() !== "authorization" &&
      others.every((headers) => headers.get(name) === value)
    );
  return {
    names: new Set(shared.map(([name]) => name.toLowerCase())),
    client(definitions) {
      if (shared.length === 0) return new Map();
      const values = shared.map(([name, value]) =>
        [name, headerValue(name, value, definitions)] as const
      );
      return new Map([["headers", new Map(values)]]);
    },
  };
}
