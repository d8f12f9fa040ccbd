import type { ImportOptions } from "../imported.ts";
import type { Exchange } from "./exchange.ts";

const ASSET_TYPE = /^(image|font|audio|video)\/|css|javascript|ecmascript|wasm|font|source-map/i;
const ASSET_PATH =
  /\.(avif|bmp|css|eot|gif|ico|jpe?g|m?js|map|mp[34]|otf|png|svg|ttf|wasm|web[mp]|woff2?)$/i;

/** Counts of what was left out, by why. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  /** One more. */
  add(why: string): void {
    this.#counts.set(why, (this.#counts.get(why) ?? 0) + 1);
  }

  /** A line for each reason. */
  notes(): string[] {
    return [...this.#counts].map(([why, n]) => `${n} ${n === 1 ? "request" : "requests"}: ${why}`);
  }
}

/** The exchanges that a script should repeat; the reasons for the others go to `leftOut`. */
export function chooseExchanges(
  exchanges: readonly Exchange[],
  options: ImportOptions,
  leftOut: LeftOut,
): Exchange[] {
  return exchanges.filter((exchange) => {
    const why = whyNot(exchange, options);
    if (why !== null) leftOut.add(why);
    return why === null;
  });
}

function whyNot(exchange: Exchange, { assets = false, hosts }: ImportOptions): string | null {
  const url = URL.parse(exchange.url);
  if (url === null) return "the URL can't be read";
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return `${url.protocol} is not HTTP`;
  }
  if (!/^[A-Z]+$/i.test(exchange.method)) return "the method is unknown";
  if (isUpgrade(exchange)) return "WebSockets are not taken over";
  if (hosts !== undefined && !hosts.some((pattern) => hostMatches(pattern, url))) {
    return "another host (--host)";
  }
  if (!assets && isAsset(exchange, url)) return "static files (--assets takes them too)";
  if (isPreflight(exchange)) return "asked by a browser before a request to another origin";
  if (exchange.status === 0) return "no response was recorded";
  return null;
}

/** Whether a host is one that a pattern names: `a.example`, `*.a.example`, `a.example:8080`. */
export function hostMatches(
  pattern: string,
  { hostname, host }: { hostname: string; host: string },
): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.startsWith("*.")) return wanted === hostname || wanted === host;
  const end = wanted.slice(1);
  return hostname.endsWith(end) || host.endsWith(end);
}

function isAsset({ method, responseType, status }: Exchange, url: URL): boolean {
  if (method.toUpperCase() !== "GET") return false;
  if (responseType === "" || status === 304) return ASSET_PATH.test(url.pathname);
  return ASSET_TYPE.test(responseType.split(";", 1)[0]!);
}

function isPreflight({ method, headers }: Exchange): boolean {
  return method.toUpperCase() === "OPTIONS" &&
    headers.some(([name]) => name.toLowerCase() === "access-control-request-method");
}

function isUpgrade({ status, headers }: Exchange): boolean {
  return status === 101 ||
    headers.some(([name, value]) => name.toLowerCase() === "upgrade" && /websocket/i.test(value));
}
