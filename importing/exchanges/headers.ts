/** What clients send by themselves, or browsers add: no person would write it. */
const NOISE = new Set([
  ...["accept-encoding", "connection", "content-length", "cookie", "dnt", "expect", "host"],
  ...["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"],
  ...["keep-alive", "pragma", "cache-control", "priority", "proxy-authorization"],
  ...["proxy-connection", "referer", "sec-gpc", "te", "trailer", "transfer-encoding", "upgrade"],
  ...["upgrade-insecure-requests", "user-agent", "content-type", "save-data", "purpose"],
]);

/** The headers of a recorded request that a script repeats, by their names as they came. */
export function ownHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): Map<string, string> {
  const own = new Map<string, string>();
  const names = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (NOISE.has(lower) || lower.startsWith(":") || lower.startsWith("sec-")) continue;
    if (!isHeader(name, value) || (lower === "accept" && value === "*/*")) continue;
    const known = names.get(lower);
    names.set(lower, known ?? name);
    own.set(known ?? name, known === undefined ? value : `${own.get(known)}, ${value}`);
  }
  return own;
}

/** Whether it can be sent (RFC 9110, section 5). */
export function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\0\r\n]/.test(value);
}

/** The value of a header; "" where there is none. */
export function headerOf(
  headers: readonly (readonly [name: string, value: string])[],
  wanted: string,
): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
}

/** Cookies of a `Cookie` field, in order. */
export function cookiesOf(
  headers: readonly (readonly [name: string, value: string])[],
): [name: string, value: string][] {
  return headers
    .filter(([name]) => name.toLowerCase() === "cookie")
    .flatMap(([, value]) => value.split(";"))
    .map((pair): [string, string] => {
      const cut = pair.indexOf("=");
      return [pair.slice(0, Math.max(0, cut)).trim(), pair.slice(cut + 1).trim()];
    })
    .filter(([name, value]) => isHeader(name, value));
}
