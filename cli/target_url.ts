import { isLoopback, OptionError } from "../internal/mod.ts";

/** A URL that a quick run can load. */
export interface TargetUrl {
  /** Normalised, without a fragment. */
  readonly href: string;
  /** For people: no password in it. */
  readonly shown: string;
  /** Host and port, as permissions name them: `127.0.0.1:80`, `[::1]:8080`. */
  readonly hostPort: string;
  /** Whether the host is this machine. */
  readonly loopback: boolean;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/**
 * Checks the URL of a quick run before anything starts.
 *
 * @throws {OptionError} naming the URL and what is wrong with it
 */
export function parseTargetUrl(text: string): TargetUrl {
  const fail = (why: string) =>
    new OptionError("URL", `can't load ${JSON.stringify(text)}: ${why}`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const guess = `http://${text}`;
    throw fail(
      /^[^\s/:][^\s]*$/.test(text) && !/^[a-z]+:[^0-9]/i.test(text) && URL.canParse(guess)
        ? `the scheme is missing (did you mean ${guess}?)`
        : "it is not a URL such as http://127.0.0.1:8000/",
    );
  }
  if (scheme !== "http" && scheme !== "https") {
    throw fail(`the scheme is ${scheme}, and only http and https are supported`);
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw fail("it is not a valid URL");
  }
  if (url.port === "0") throw fail("port 0 can't be connected to");
  url.hash = "";
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return {
    href: url.href,
    shown: shown.href,
    hostPort: `${url.hostname}:${url.port === "" ? DEFAULT_PORTS[scheme] : url.port}`,
    loopback: isThisMachine(url.hostname),
  };
}

/** Of a URL: names that end in `localhost` are looked up nowhere (RFC 6761 §6.3). */
function isThisMachine(hostname: string): boolean {
  return /(?:^|\.)localhost$/.test(hostname) || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
}
