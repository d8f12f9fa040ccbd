import type { Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { Exchange } from "./exchange.ts";
import { cookiesOf } from "./headers.ts";

/** Knows which cookies a server will set again while the script runs, and which were there before. */
export class CookieKeeper {
  readonly #set = new Map<string, Set<string>>();
  readonly #definitions: Definitions;

  /** @param definitions take the values of cookies that were there before */
  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** A response set these: the script's own jar will have them. */
  learn({ url, cookiesSet }: Exchange): void {
    const host = siteOf(url);
    const names = this.#set.get(host) ?? new Set();
    for (const name of cookiesSet) names.add(name);
    this.#set.set(host, names);
  }

  /** The cookies that the script must bring itself. */
  own({ url, headers }: Exchange): ReadonlyMap<string, Value> {
    const known = this.#set.get(siteOf(url));
    return new Map(
      cookiesOf(headers)
        .filter(([name]) => known?.has(name) !== true)
        .map(([name, value]) => [name, this.#definitions.secret(`${name}_COOKIE`, value)]),
    );
  }
}

/** The last two labels of a host, which hosts that share cookies have in common. */
function siteOf(url: string): string {
  const { hostname } = new URL(url);
  return /^[\d.]+$/.test(hostname) ? hostname : hostname.split(".").slice(-2).join(".");
}
