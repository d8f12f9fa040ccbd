import { type FieldMap, type HeadersInput, mergeHeaders } from "../headers.ts";
import { canonicalName } from "./canonical.ts";
import { type SentBody, textOf } from "./body.ts";

/** A cookie that was sent. */
export interface RequestCookie {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
  /** Always false: what was replaced is gone. */
  readonly replace: boolean;
}

/** A request, for `response.request`. */
export interface RequestInfo {
  /** Request method. */
  readonly method: string;
  /** Without userinfo and fragment. */
  readonly url: string;
  /** Header fields that were asked for, under their canonical names. */
  readonly headers: Record<string, string[]>;
  /** As text, before it was compressed; "" without, and for files. */
  readonly body: string;
  /** Cookies by name. */
  readonly cookies: Record<string, RequestCookie[]>;
}

/** What a call sent first. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly defaults: FieldMap;
  readonly headers: HeadersInput | undefined;
  readonly body: SentBody | null;
  /** The `Cookie` field; null without. */
  readonly cookie: string | null;
}

/** A call's first request as k6 shows it. */
export function requestInfo({ method, url, defaults, headers, body, cookie }: Sent): RequestInfo {
  const shown: Record<string, string[]> = Object.create(null);
  const all = new Map(mergeHeaders(defaults, headers));
  if (body?.contentType && !all.has("content-type")) {
    all.set("content-type", [["Content-Type", body.contentType]]);
  }
  if (cookie !== null && !all.has("cookie")) all.set("cookie", [["Cookie", cookie]]);
  for (const [name, fields] of all) {
    shown[canonicalName(name)] = fields.map(([, value]) => value);
  }
  const text = all.get("cookie")?.map(([, value]) => value).join("; ") ?? "";
  return {
    method,
    url: plain(url),
    headers: shown,
    body: body === null ? "" : textOf(body),
    cookies: cookiesOf(text),
  };
}

function cookiesOf(text: string): Record<string, RequestCookie[]> {
  const cookies: Record<string, RequestCookie[]> = Object.create(null);
  for (const pair of text.split(/; */)) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    (cookies[name] ??= []).push({ name, value, replace: false });
  }
  return cookies;
}

function plain(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  parsed.username = parsed.password = parsed.hash = "";
  return parsed.href;
}
