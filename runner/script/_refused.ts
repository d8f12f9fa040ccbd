import { hostPortOf } from "../../internal/mod.ts";

/** What Deno says of an access that a process may not have, as of 2.9. */
const REFUSED =
  /Requires (net|read|write|env|sys|run|ffi) access(?: to "([^"]+)")?, run again with the --allow-[a-z]+ flag/;

/** What the flag takes where Deno does not say what was asked for. */
const ANY: Readonly<Record<string, string>> = {
  net: "HOST:PORT",
  env: "NAME",
  sys: "NAME",
};

/** An error's text with Deno's advice, which is for its own command line, made one for ours. */
export function refusedText(text: string): string {
  return text.replace(REFUSED, (_, kind: string, what: string | undefined) => {
    const value = what ?? ANY[kind] ?? "PATH";
    return `no ${kind} access${what === undefined ? "" : ` to "${what}"`}: ` +
      `run with --allow-${kind}=${hostPortOf(value)}`;
  });
}
