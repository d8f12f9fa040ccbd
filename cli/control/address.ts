import { isLoopback, OptionError } from "../../internal/mod.ts";

/** Where the REST API of a run listens unless told: k6's port. */
export const DEFAULT_ADDRESS = "127.0.0.1:6565";

/** Where the REST API of a run listens. */
export interface ControlAddress {
  readonly hostname: string;
  readonly port: number;
  /** As in a URL: `127.0.0.1:6565`, `[::1]:6565`. */
  readonly hostPort: string;
  /** Whether this machine alone reaches it. */
  readonly loopback: boolean;
}

/**
 * Reads `HOST:PORT`; without a host it is 127.0.0.1, without a port 6565. `localhost` is 127.0.0.1.
 *
 * @param option what named it, for messages
 * @throws {OptionError} for anything else
 */
export function parseAddress(text: string, option = "--address"): ControlAddress {
  const match = /^(?:\[([0-9a-f:]+)\]|([^[\]:\s/@]*))(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(match?.[3] ?? 6565);
  if (match === null || text === "" || port > 65_535) {
    throw new OptionError(
      option,
      `${option} takes HOST:PORT, not "${text}" (write it like ${DEFAULT_ADDRESS})`,
    );
  }
  const named = match[1] || match[2] || "127.0.0.1";
  const hostname = named.toLowerCase() === "localhost" ? "127.0.0.1" : named;
  const hostPort = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  return { hostname, port, hostPort, loopback: isLoopback(hostname) };
}

/**
 * Checks a token: what may stand behind `Bearer` (RFC 6750, section 2.1).
 *
 * @throws {OptionError} that does not hold it
 */
export function checkToken(token: string, option = "--token"): string {
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw new OptionError(option, `${option} may have letters, digits and any of . _ ~ + / - alone`);
}
