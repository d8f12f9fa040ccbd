import type { Exchange } from "./exchange.ts";

/** An exchange with those that its redirects led to, which the client repeats by itself. */
export interface Journey {
  readonly first: Exchange;
  /** The first one, or the last one that was led to. */
  readonly last: Exchange;
}

/** How many exchanges may stand between a redirect and where it leads. */
const NEAR = 30;

/** Puts redirects together with the requests that browsers made for them. */
export function foldRedirects(exchanges: readonly Exchange[]): Journey[] {
  const followed = new Set<Exchange>();
  const journeys: Journey[] = [];
  exchanges.forEach((first, i) => {
    if (followed.has(first)) return;
    let last = first;
    let at = i;
    for (;;) {
      const next = nextOf(last, exchanges, at, followed);
      if (next < 0) break;
      last = exchanges[next]!;
      at = next;
      followed.add(last);
    }
    journeys.push({ first, last });
  });
  return journeys;
}

/** Where the exchange is that a redirect led to; -1 when there is none. */
function nextOf(
  { status, location, url, method }: Exchange,
  exchanges: readonly Exchange[],
  at: number,
  followed: ReadonlySet<Exchange>,
): number {
  if (![301, 302, 303, 307, 308].includes(status) || location === "") return -1;
  const target = URL.parse(location, url);
  if (target === null) return -1;
  target.hash = "";
  const keeps = status >= 307 || method === "HEAD";
  const turned = keeps ? [method] : status === 303 || method === "POST" ? ["GET"] : [method, "GET"];
  for (let i = at + 1; i < Math.min(exchanges.length, at + NEAR); i++) {
    const other = exchanges[i]!;
    const found = URL.parse(other.url);
    if (found === null || followed.has(other)) continue;
    found.hash = "";
    if (found.href === target.href && turned.includes(other.method)) return i;
  }
  return -1;
}
