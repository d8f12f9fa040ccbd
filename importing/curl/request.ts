import { headerValue, passwordAuth, splitQuery } from "../credentials.ts";
import { isHeader } from "../exchanges/headers.ts";
import { type Part, type RequestStep, template, type Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import { Masked } from "../templated.ts";
import { bodyOptions, readData, readQuery } from "./data.ts";
import { type CurlOption, SILENT } from "./options.ts";
import { type Parts, plain, type TransferSetting } from "./parts.ts";

/** One transfer of a command. */
export interface Transfer {
  readonly options: readonly CurlOption<Parts>[];
  readonly url: Masked;
  /** The URL with marks in place of values. */
  readonly parsed: URL;
  readonly comment: string;
}

/** The request that a transfer makes. */
export function transferStep(transfer: Transfer, setting: TransferSetting): RequestStep {
  const { options, url, parsed, comment } = transfer;
  const { definitions, targets, note } = setting;
  const headers = new Map<string, Value>();
  const call = new Map<string, Value>();
  const cookies = new Map<string, Value>();
  const headerCookies = new Map<string, Value>();
  const data = readData(options, setting);
  let contentType: string | null = null;
  for (const { name, value } of options) {
    const text = value === null ? "" : plain(value);
    switch (name) {
      case "header": {
        const line = readHeader(value ?? []);
        if (line === null) {
          if (!/^[\w-]+[:;]\s*$/.test(text)) note(`header ${text} can't be sent`);
        } else if (line.name.toLowerCase() === "content-type" && line.text !== null) {
          contentType = line.text;
        } else if (line.name.toLowerCase() === "cookie") {
          addCookies(headerCookies, line.value, definitions);
        } else if (!/^(host|content-length|connection|accept-encoding)$/i.test(line.name)) {
          headers.set(
            line.name,
            line.text === null
              ? template(line.value)
              : headerValue(line.name, line.text, definitions),
          );
        }
        break;
      }
      case "user-agent":
        if (isHeader("User-Agent", text)) headers.set("User-Agent", template(value!));
        break;
      case "referer":
        if (isHeader("Referer", text)) headers.set("Referer", template(value!));
        break;
      case "oauth2-bearer":
        headers.set("Authorization", template(["Bearer ", secretOr("TOKEN", value!, definitions)]));
        break;
      case "cookie":
        if (text.includes("=")) addCookies(cookies, value!, definitions);
        else note(`--cookie ${text}: cookies of a file`);
        break;
      case "user":
        call.set("auth", credentials(value!, has(options, "digest"), definitions));
        break;
      case "max-time":
        if (Number(text) > 0) call.set("timeout", Math.ceil(Number(text) * 1000));
        break;
      case "max-redirs":
        if (/^\d{1,2}$/.test(text)) call.set("maxRedirects", Number(text));
        break;
      default:
        if (!HANDLED.has(name) && !SILENT.has(name)) {
          note(`${name.startsWith("-") ? name : `--${name}`} ${text}`.trim());
        }
    }
  }
  // A header takes the place of curl's own.
  const sent = headerCookies.size > 0 ? headerCookies : cookies;
  if (sent.size > 0) call.set("cookies", sent);
  if (data.json && !headers.has("Accept")) headers.set("Accept", "application/json");
  const isGet = has(options, "get");
  const body = isGet ? null : bodyOptions(data, contentType, definitions);
  const type = body === null ? contentType : body.contentType;
  if (type !== null && isHeader("Content-Type", type)) headers.set("Content-Type", type);
  // Curl leaves out the one where it has the other.
  const added = isGet && data.given ? data.masked : readQuery(options, setting);
  const search = joinQuery(parsed.search, added.text);
  const masks = [url, added];
  const isPart = (text: string) => masks.some((mask) => mask.isMasked(text));
  const { search: left, query } = splitQuery(search, definitions, isPart);
  const ordered = new Map<string, Value>();
  if (query.size > 0) ordered.set("query", query);
  if (headers.size > 0) ordered.set("headers", headers);
  for (const [name, value] of call) ordered.set(name, value);
  for (const [name, value] of body?.options ?? []) ordered.set(name, value);
  const method = methodOf(options, body !== null, has(options, "upload-file"));
  const base = targets.urlOf(parsed.origin, `${parsed.pathname}${left}`);
  const parts = typeof base === "string" ? [base] : base.parts;
  return {
    kind: "request",
    method,
    url: template(
      parts.flatMap((part) => typeof part === "string" ? unmasked(part, masks) : [part]),
    ),
    options: ordered,
    label: `${method} ${
      parsed.pathname.split("/").map((s) => url.isMasked(s) ? "…" : s).join("/")
    }`,
    expect: "ok",
    ...(comment === "" ? {} : { comment }),
  };
}

/** Options that are read elsewhere. */
const HANDLED = new Set([
  ...["data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json", "form", "get"],
  ...["form-string", "upload-file", "request", "head", "insecure", "digest", "url-query"],
]);

function readHeader(
  word: Parts,
): { name: string; value: Part[]; text: string | null } | null {
  const masked = new Masked(word);
  const [, name, value] = /^([^:]+):[ \t]*(.+?)[ \t]*$/s.exec(masked.text) ?? [];
  if (name === undefined || value === undefined || !isHeader(name, value)) return null;
  return { name, value: masked.parts(value), text: masked.isMasked(value) ? null : value };
}

function addCookies(cookies: Map<string, Value>, word: Parts, definitions: Definitions): void {
  const masked = new Masked(word);
  for (const pair of masked.text.split(";")) {
    const cut = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, cut)).trim();
    const value = pair.slice(cut + 1).trim();
    if (!isHeader(name, value)) continue;
    cookies.set(
      name,
      masked.isMasked(value) ? masked.unmask(value) : definitions.secret(`${name}_COOKIE`, value),
    );
  }
}

function credentials(word: Parts, digest: boolean, definitions: Definitions): Value {
  const masked = new Masked(word);
  const cut = masked.text.indexOf(":");
  const [user, password] = cut < 0
    ? [masked.text, ""]
    : [masked.text.slice(0, cut), masked.text.slice(cut + 1)];
  const lifted = (name: string, text: string): Value =>
    masked.isMasked(text) ? masked.unmask(text) : definitions.secret(name, text);
  return passwordAuth(
    digest ? "digest" : "basic",
    lifted("USERNAME", user),
    lifted("PASSWORD", password),
  );
}

function secretOr(name: string, word: Parts, definitions: Definitions): Part {
  const only = word[0];
  if (word.length === 1 && typeof only === "object") return only;
  return definitions.secret(name, plain(word));
}

function methodOf(
  options: readonly CurlOption<Parts>[],
  hasBody: boolean,
  uploads: boolean,
): string {
  const given = options.findLast(({ name }) => name === "request")?.value;
  const method = given === undefined || given === null ? "" : plain(given).toUpperCase();
  if (/^[A-Z]+$/.test(method)) return method;
  if (has(options, "head")) return "HEAD";
  return uploads ? "PUT" : hasBody ? "POST" : "GET";
}

function joinQuery(search: string, more: string): string {
  if (more === "") return search;
  return `${search === "" ? "?" : `${search}&`}${more}`;
}

function unmasked(text: string, masks: readonly Masked[]): Part[] {
  return masks.reduce<Part[]>(
    (parts, mask) => parts.flatMap((part) => typeof part === "string" ? mask.parts(part) : [part]),
    [text],
  );
}

function has(options: readonly CurlOption<Parts>[], wanted: string): boolean {
  return options.some(({ name }) => name === wanted);
}
