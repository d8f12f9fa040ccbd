import { ImportError } from "../errors.ts";
import type { Exchange, RecordedBody } from "../exchanges/exchange.ts";
import { headerOf, isHeader } from "../exchanges/headers.ts";
import { field, items, type Place, record, text, textOr, wrong } from "../place.ts";

/** What a HAR has: its exchanges in the order of their start, and who recorded it. */
export interface Har {
  readonly exchanges: readonly Exchange[];
  /** As in `WebInspector 537.36`; "" when it says nothing. */
  readonly creator: string;
}

/** Reads a HAR (HTTP Archive 1.2). @throws {ImportError} where it isn't one */
export function readHar(root: Place): Har {
  const log = field(root, "log");
  record(log);
  const entries = field(log, "entries");
  if (!Array.isArray(entries.value)) throw wrong(entries, "a HAR with a list of requests");
  if (entries.value.length === 0) {
    throw new ImportError("import_empty", root.file, {
      place: entries.path,
      problem: "is empty",
      expected: "at least one request: record with the network panel open, then export",
    });
  }
  const pages = pageTitles(field(log, "pages"));
  const exchanges = items(entries).map((entry) => exchangeOf(entry, pages));
  const creator = field(log, "creator");
  const words = [field(creator, "name"), field(creator, "version")]
    .map(({ value }) => typeof value === "string" ? value : "");
  return { exchanges: inOrder(exchanges), creator: words.join(" ").trim() };
}

/** Entries may come in any order; those without a time stay where they are. */
function inOrder(exchanges: readonly Exchange[]): Exchange[] {
  if (exchanges.some(({ startedMs }) => Number.isNaN(startedMs))) return [...exchanges];
  return exchanges.toSorted((a, b) => a.startedMs - b.startedMs);
}

/** Titles of pages by their ids, the number of the page behind titles that come twice. */
function pageTitles(pages: Place): Map<string, string> {
  return new Map(
    items(pages).map((page, i) => {
      const id = textOr(field(page, "id"), "");
      return [id, titleOf(textOr(field(page, "title"), "")) || `Page ${i + 1}`];
    }),
  );
}

/** Browsers title a page with its URL: its path says enough. */
function titleOf(title: string): string {
  const url = URL.parse(title);
  return url === null || !url.protocol.startsWith("http") ? title : url.pathname;
}

function exchangeOf(entry: Place, pages: ReadonlyMap<string, string>): Exchange {
  const request = field(entry, "request");
  const response = field(entry, "response");
  record(request);
  const responseHeaders = headersOf(field(response, "headers"));
  const { value: status } = field(response, "status");
  const { value: time } = field(entry, "time");
  const started = Date.parse(textOr(field(entry, "startedDateTime"), ""));
  const page = textOr(field(entry, "pageref"), "");
  const location = headerOf(responseHeaders, "location") ||
    textOr(field(response, "redirectURL"), "");
  return {
    place: entry.path,
    method: text(field(request, "method"), "a method such as GET").toUpperCase(),
    url: text(field(request, "url"), "an absolute URL"),
    headers: requestHeaders(request),
    body: bodyOf(field(request, "postData")),
    status: typeof status === "number" && status >= 100 && status < 600 ? Math.trunc(status) : 0,
    location,
    responseType: headerOf(responseHeaders, "content-type") ||
      textOr(field(field(response, "content"), "mimeType"), "").replace(/^x-unknown$/, ""),
    cookiesSet: cookiesSet(response, responseHeaders),
    startedMs: started,
    endedMs: started + (typeof time === "number" && time > 0 ? time : 0),
    page: pages.get(page) ?? null,
  };
}

function headersOf(headers: Place): [name: string, value: string][] {
  return items(headers).map((header) => [
    text(field(header, "name"), "the name of a header"),
    textOr(field(header, "value"), ""),
  ]);
}

/** Exports without cookie headers have the cookies apart. */
function requestHeaders(request: Place): [name: string, value: string][] {
  const headers = headersOf(field(request, "headers"));
  if (headerOf(headers, "cookie") !== "") return headers;
  const cookies = items(field(request, "cookies")).map((cookie) =>
    `${textOr(field(cookie, "name"), "")}=${textOr(field(cookie, "value"), "")}`
  );
  return cookies.length === 0 ? headers : [...headers, ["Cookie", cookies.join("; ")]];
}

function cookiesSet(
  response: Place,
  headers: readonly (readonly [string, string])[],
): string[] {
  const listed = items(field(response, "cookies")).map((cookie) =>
    textOr(field(cookie, "name"), "")
  );
  const fields = headers
    .filter(([name]) => name.toLowerCase() === "set-cookie")
    .flatMap(([, value]) => value.split("\n"))
    .map((line) => line.slice(0, Math.max(0, line.indexOf("="))).trim());
  return [...new Set([...listed, ...fields])].filter((name) => isHeader(name, ""));
}

function bodyOf(postData: Place): RecordedBody | null {
  if (postData.value === undefined || postData.value === null) return null;
  const content = textOr(field(postData, "text"), "");
  const fields = items(field(postData, "params")).map((param) => {
    const { value: fileName } = field(param, "fileName");
    return {
      name: textOr(field(param, "name"), ""),
      value: textOr(field(param, "value"), ""),
      fileName: typeof fileName === "string" ? fileName : null,
      contentType: textOr(field(param, "contentType"), ""),
    };
  });
  const bytes = field(postData, "encoding").value === "base64" ? bytesOf(content) : null;
  return {
    mimeType: textOr(field(postData, "mimeType"), ""),
    content: bytes ?? (content === "" ? null : content),
    fields,
  };
}

function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return null;
  }
}
