import { OptionError } from "../../internal/mod.ts";

/** Where an agent listens unless told. */
const DEFAULT_PORT = 8081;
const MAX_HOSTS = 1000;

/** An agent to submit to. */
export interface Host {
  /** As it was named. */
  readonly name: string;
  /** Base of its API, without a slash at the end. */
  readonly url: string;
}

/**
 * Reads agents as `GOLO_HOSTS` has them: `a,b:9000,https://c.example`. A name without a scheme is of
 * http, one without a port of 8081.
 *
 * @param option what named them, for messages: `--hosts`, `GOLO_HOSTS`
 * @throws {OptionError} for none, one twice, or what is no host
 */
export function readHosts(text: string, option: string): Host[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) {
    throw new OptionError(option, `${option} names no host (write it like a,b:9000)`);
  }
  if (names.length > MAX_HOSTS) {
    throw new OptionError(option, `${option} names ${names.length} hosts: ${MAX_HOSTS} at most`);
  }
  const hosts = new Map<string, Host>();
  for (const name of names) {
    const url = hostUrl(name);
    if (url === null) {
      const shown = name.replace(/\/\/.*@/s, "//***@");
      throw new OptionError(
        option,
        `${option} has "${shown}", which is no host (write it like a, b:9000 or https://c)`,
      );
    }
    if (hosts.has(url)) throw new OptionError(option, `${option} has ${name} twice`);
    hosts.set(url, { name, url });
  }
  return [...hosts.values()];
}

/** The agent of this machine. */
export const LOCAL_HOSTS: readonly Host[] = readHosts("localhost", "hosts");

function hostUrl(name: string): string | null {
  const hasScheme = /^[a-z]+:\/\//i.test(name);
  const url = URL.parse(hasScheme ? name : `http://${name}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== "" || url.search !== "" || url.hash !== "") return null;
  // URLs leave out 80 and 443, which are as good as said where there is a scheme.
  if (url.port === "" && !hasScheme && !/:80$/.test(name)) url.port = String(DEFAULT_PORT);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/**
 * Users of each of `hosts` hosts: as even as it goes, and exactly `users` together.
 */
export function splitUsers(users: number, hosts: number): number[] {
  const [each, rest] = [Math.floor(users / hosts), users % hosts];
  return Array.from({ length: hosts }, (_, i) => each + (i < rest ? 1 : 0));
}
