import { OptionError, VERSION } from "../internal/mod.ts";
import type { Context } from "../metrics/mod.ts";
import type { ClientOptions } from "./options.ts";

const DEFAULTS = Symbol("downpour.http.defaults");

const OWN: ClientOptions = Object.freeze({ headers: { "User-Agent": `downpour/${VERSION}` } });

/**
 * Sets what clients made in `context` start from: the run options `userAgent`,
 * `discardResponseBodies`, `maxRedirects`, `noConnectionReuse` and `throw`, under k6's names.
 */
export function setClientDefaults(
  context: Context,
  options: Readonly<Record<string, unknown>>,
): void {
  const { userAgent, ...rest } = options;
  for (const name of Object.keys(rest)) {
    if (!["discardResponseBodies", "maxRedirects", "noConnectionReuse", "throw"].includes(name)) {
      throw new OptionError(name, `unknown client option ${name}`);
    }
  }
  context.locals.set(DEFAULTS, {
    ...OWN,
    ...(userAgent === undefined ? {} : { headers: { "User-Agent": String(userAgent) } }),
    ...rest,
  });
}

/** What a client made in `context` starts from. */
export function inheritedOptions(context: Context): ClientOptions {
  return context.locals.get(DEFAULTS) as ClientOptions | undefined ?? OWN;
}
