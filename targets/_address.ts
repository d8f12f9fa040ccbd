/** The host to put in a URL that reaches a server on `hostname`: a wildcard by its loopback. */
export function reachable(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (bare === "::") return "[::1]";
  return bare.includes(":") ? `[${bare}]` : bare;
}
