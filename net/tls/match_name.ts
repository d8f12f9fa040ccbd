import { ipVersionOf, normalIp } from "../../internal/mod.ts";

/**
 * Whether a certificate is for a server (RFC 9525 §6): by `DNS:` and `IP:` names alone, never by
 * its subject; `*` stands for the whole first label and no more.
 *
 * @param names as `subjectAltNames` gives them
 * @param server a host name or an IP address
 */
export function matchesName(names: readonly string[], server: string): boolean {
  if (ipVersionOf(server) !== 0) return names.includes(`IP:${normalIp(server)}`);
  const host = server.toLowerCase();
  return names.some((name) =>
    name.startsWith("DNS:") && matches(name.slice(4).toLowerCase(), host)
  );
}

function matches(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host && pattern !== "";
  const rest = pattern.slice(1);
  // Not `*.com`, and nothing that has a further star.
  if (rest.includes("*") || rest.indexOf(".", 1) < 0) return false;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot) === rest;
}
