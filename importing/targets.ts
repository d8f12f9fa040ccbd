import { type Template, template } from "./script/plan.ts";
import type { Definitions } from "./script/secrets.ts";

/** Where requests of a script go: the script's target, and hosts beside it. */
export class Targets {
  /** Origin of the script's target. */
  readonly main: string;
  readonly #definitions: Definitions;

  /** @param urls of all requests; the origin that most have is the target */
  constructor(urls: readonly URL[], definitions: Definitions) {
    const counts = new Map<string, number>();
    for (const { origin } of urls) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    let main = "http://127.0.0.1:8000";
    let most = 0;
    for (const [origin, n] of counts) if (n > most) [main, most] = [origin, n];
    this.main = main;
    this.#definitions = definitions;
  }

  /** A URL as scripts have it: a path of the target's, or behind the constant of another origin. */
  urlOf(origin: string, path: string): string | Template {
    // `//a` would be another host.
    if (origin === this.main) return path.startsWith("//") ? `/.${path}` : path;
    const { hostname, port } = new URL(origin);
    const labels = hostname.split(".").filter((label) => label !== "www");
    const word = /^[\d.:[\]]+$/.test(hostname) ? `host ${port}` : labels[0]!;
    const definition = this.#definitions.value(`${word}_TARGET`, origin, `origin ${origin}`);
    return template([definition, path]);
  }
}
