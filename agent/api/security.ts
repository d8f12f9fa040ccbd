import { checkNames, isLoopback, OptionError, parseIp } from "../../internal/mod.ts";
import { checkWhole } from "./limits.ts";

/** Where an agent listens. */
export interface AgentAddress {
  /** An IP address, or `localhost`. Default: `127.0.0.1` */
  readonly hostname?: string;
  /** Default: 8081, the reference's; 0 picks a free one. */
  readonly port?: number;
}

/** Who may use an agent. */
export interface AgentSecurity {
  /** What requests send as `Authorization: Bearer`: at least 32 characters. Null: see `goloCompat`. */
  readonly token: string | null;
  /** Serves without a token, on the loopback alone: `golo-cli` can't send one. Default: false */
  readonly goloCompat?: boolean;
  /** PEM texts: serves HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Something in front of it speaks TLS: plain HTTP is meant. Default: false */
  readonly behindProxy?: boolean;
  /** Names that the agent is asked by, beside those of the loopback. */
  readonly hosts?: readonly string[];
  /** Wrong tokens from one address before it is locked out. Default: 10 */
  readonly maxFailures?: number;
  /** How long it is then locked out, ms. Default: 60,000 */
  readonly lockoutMs?: number;
}

/** Where to listen, and by what rules, after the checks. */
export interface CheckedSecurity {
  readonly hostname: string;
  readonly port: number;
  readonly token: string | null;
  /** Names to be asked by; null for any. */
  readonly hosts: ReadonlySet<string> | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly maxFailures: number;
  readonly lockoutMs: number;
}

/** Shortest token: 32 bytes are 43 characters of base64, or 64 of hexadecimal. */
const MIN_TOKEN_LENGTH = 32;
const NAMES = [
  ...["token", "goloCompat", "tls", "behindProxy", "hosts", "maxFailures", "lockoutMs"],
];

/**
 * Refuses what would let others run programs here: another address than the loopback needs a token,
 * and TLS or a proxy that speaks it; only the loopback does without a token, and only when told to.
 *
 * @throws {OptionError}
 */
export function checkSecurity(address: AgentAddress, security: AgentSecurity): CheckedSecurity {
  checkNames("the agent's address", address, ["hostname", "port"]);
  checkNames("the agent's security", security, NAMES);
  const { port = 8081 } = address;
  const { token, tls = null, behindProxy = false, goloCompat = false, hosts = [] } = security;
  const { maxFailures = 10, lockoutMs = 60_000 } = security;
  const asked = address.hostname ?? "127.0.0.1";
  const hostname = asked.toLowerCase() === "localhost" ? "127.0.0.1" : asked;
  const loopback = isLoopback(hostname);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionError("port", `port must be a whole number from 0 to 65535: ${port}`);
  }
  if (parseIp(hostname) === null) {
    throw new OptionError(
      "hostname",
      `an agent listens at an IP address, not at ${JSON.stringify(asked)}`,
    );
  }
  if (token !== null && !isToken(token)) {
    throw new OptionError(
      "token",
      `the token must have at least ${MIN_TOKEN_LENGTH} of A-Z a-z 0-9 . _ ~ + / - ` +
        `(make one with: openssl rand -hex 32)`,
    );
  }
  if (goloCompat && !loopback) {
    throw new OptionError(
      "goloCompat",
      `golo-compat serves without a token, and so at 127.0.0.1 alone, not at ${hostname}`,
    );
  }
  if (token === null && !goloCompat) {
    const why = loopback
      ? "every program here could run others as this user"
      : `whoever reaches ${hostname} could run programs here`;
    throw new OptionError("token", `an agent needs a token: without, ${why}`);
  }
  if (!loopback && tls === null && !behindProxy) {
    throw new OptionError(
      "tls",
      `the token would go over the network in plain text at ${hostname}: give a certificate, or ` +
        `say that a proxy in front of the agent speaks TLS (--behind-proxy)`,
    );
  }
  checkWhole("maxFailures", maxFailures);
  checkWhole("lockoutMs", lockoutMs);
  // Off the loopback there is a token, which no page has that leads here by its own name.
  const anyHost = token !== null && !goloCompat && (!loopback || behindProxy) && hosts.length === 0;
  return {
    ...{ hostname, port, tls, maxFailures, lockoutMs },
    token: goloCompat ? null : token,
    hosts: anyHost ? null : new Set(hosts.map((host) => host.toLowerCase())),
  };
}

function isToken(token: string): boolean {
  return token.length >= MIN_TOKEN_LENGTH && /^[A-Za-z0-9._~+/-]+=*$/.test(token); // RFC 6750, 2.1
}
