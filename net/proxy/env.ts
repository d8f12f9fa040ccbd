import type { Address } from "../address.ts";
import { ipVersionOf, parseIp } from "../../internal/mod.ts";
import { isInRange, parseIpRange } from "../_ip_range.ts";
import { NetError } from "../errors.ts";

/** A variable of the environment that names a proxy. */
export interface ProxyVariable {
  /** For example `https_proxy`. */
  readonly name: string;
  /** What it says; not empty. */
  readonly value: string;
}

/** What the proxy is for: it decides which variables are asked. */
export type ProxyUse = "tcp" | "http" | "https";

const VARIABLES: Readonly<Record<ProxyUse, readonly string[]>> = {
  tcp: ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"],
  http: ["HTTP_PROXY", "ALL_PROXY"],
  https: ["HTTPS_PROXY", "ALL_PROXY"],
};

/**
 * The proxy that the environment names for a target: the first of `ALL_PROXY`, `HTTPS_PROXY`,
 * `HTTP_PROXY` for a plain TCP connection; the scheme's own, then `ALL_PROXY`, for HTTP. Each is
 * read in lower case first, an empty one is none, and `NO_PROXY` exempts targets.
 *
 * @throws {NetError} `permission_denied` without permission to read them
 */
export function proxyFromEnv(
  target: Address,
  use: ProxyUse,
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): ProxyVariable | null {
  const names = VARIABLES[use];
  try {
    const found = firstOf(names, read);
    if (found === null) return null;
    const exempt = firstOf(["NO_PROXY"], read)?.value ?? "";
    return isExempt(exempt, target) ? null : found;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    const needed = [...names, "NO_PROXY"].flatMap((name) => [name.toLowerCase(), name]);
    throw new NetError(
      "permission_denied",
      `the proxy of the environment can't be read: no permission, run with ` +
        `--allow-env=${needed.join(",")}`,
      { phase: "proxy", cause },
    );
  }
}

function firstOf(
  names: readonly string[],
  read: (name: string) => string | undefined,
): ProxyVariable | null {
  for (const upper of names) {
    for (const name of [upper.toLowerCase(), upper]) {
      const value = read(name)?.trim() ?? "";
      if (value !== "") return { name, value };
    }
  }
  return null;
}

/**
 * Whether a `NO_PROXY` list, separated by commas or white space, has the target. Entries are as
 * curl's: `*`; a name, which stands for the names below it as well, with or without a leading `.`
 * or `*.`; an IP address; a range, as in `10.0.0.0/8`. All may end in a port.
 */
export function isExempt(list: string, target: Address): boolean {
  const host = target.host.toLowerCase().replace(/\.$/, "");
  const ip = parseIp(host);
  return list.toLowerCase().split(/[\s,]+/).some((entry) => {
    if (entry === "" || entry === "*") return entry === "*";
    const [name, port] = ipVersionOf(entry) === 6 ? [entry, undefined] : splitPort(entry);
    if (port !== undefined && Number(port) !== target.port) return false;
    const range = parseIpRange(name);
    if (range !== null) return ip !== null && isInRange(ip, range);
    const suffix = name.replace(/^\*?\./, "").replace(/\.$/, "");
    return ip === null && suffix !== "" && (host === suffix || host.endsWith(`.${suffix}`));
  });
}

function splitPort(entry: string): [name: string, port: string | undefined] {
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return [name.replace(/^\[(.*)\]$/, "$1"), port];
}
