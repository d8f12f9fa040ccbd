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
      `run with --allow-${kind}=${hostPort(value)}`;
  });
}

/** Of a URL that was asked for: its host and port. */
function hostPort(value: string): string {
  const url = /^(?:https?|wss?):/.test(value) ? URL.parse(value) : null;
  if (url === null) return value;
  const port = url.port || (/^(?:https|wss):$/.test(url.protocol) ? "443" : "80");
  return `${url.hostname}:${port}`;
}
