import { liftingReader, textBody } from "../bodies.ts";
import { basicPair, headerValue, passwordAuth, splitQuery } from "../credentials.ts";
import { decoded } from "../document.ts";
import { multipartBody } from "../multipart.ts";
import type { RequestStep, Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { Targets } from "../targets.ts";
import type { RecordedBody } from "./exchange.ts";
import { isHeader, ownHeaders } from "./headers.ts";
import type { Journey } from "./redirects.ts";

/** What the steps of a script share. */
export interface StepSetting {
  readonly definitions: Definitions;
  readonly targets: Targets;
  /** Headers that the client sends anyway, in small letters. */
  readonly common: ReadonlySet<string>;
  readonly cookies: ReadonlyMap<string, Value>;
  note(text: string): void;
}

/** The request that repeats a recorded one. */
export async function requestStep(
  { first, last }: Journey,
  { definitions, targets, common, cookies, note }: StepSetting,
): Promise<RequestStep> {
  const url = new URL(first.url);
  const method = first.method.toUpperCase();
  const { search, query } = splitQuery(url.search, definitions);
  const body = await bodyOptions(first.body, definitions, note);
  const headers = new Map<string, Value>();
  const own = ownHeaders(first.headers);
  const authorization = [...own].find(([name]) => name.toLowerCase() === "authorization");
  const basic = url.username !== ""
    ? [decoded(url.username), decoded(url.password)] as const
    : basicPair(authorization?.[1] ?? "");
  for (const [name, value] of own) {
    if (common.has(name.toLowerCase()) || (basic !== null && name === authorization?.[0])) continue;
    headers.set(name, headerValue(name, value, definitions));
  }
  if (body.contentType !== null && isHeader("Content-Type", body.contentType)) {
    headers.set("Content-Type", body.contentType);
  }
  const options = new Map<string, Value>();
  if (query.size > 0) options.set("query", query);
  if (headers.size > 0) options.set("headers", headers);
  if (cookies.size > 0) options.set("cookies", cookies);
  if (basic !== null) {
    const username = definitions.secret("USERNAME", basic[0]);
    options.set("auth", passwordAuth("basic", username, definitions.secret("PASSWORD", basic[1])));
  }
  for (const [name, value] of body.options) options.set(name, value);
  if (isRedirect(last.status)) options.set("maxRedirects", 0);
  if (last.status >= 400) options.set("expectedStatuses", [last.status]);
  return {
    kind: "request",
    method,
    url: targets.urlOf(url.origin, `${url.pathname}${search}`),
    options,
    label: `${method} ${url.pathname}`,
    expect: last.status,
  };
}

/** Redirects that led nowhere in the recording are not followed. */
function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function bodyOptions(
  body: RecordedBody | null,
  definitions: Definitions,
  note: (text: string) => void,
): Promise<{ options: ReadonlyMap<string, Value>; contentType: string | null }> {
  if (body === null) return { options: new Map(), contentType: null };
  const reader = liftingReader((name, value) => definitions.secret(name, value));
  const { mimeType, content, fields } = body;
  if (/^multipart\/form-data/i.test(mimeType)) {
    const form = await multipartBody(body, reader, note);
    if (form !== null) return form;
  }
  if (content === null || content.length === 0) {
    if (fields.length === 0) return { options: new Map(), contentType: null };
    const form = new URLSearchParams(fields.map(({ name, value }) => [name, value])).toString();
    return textBody(form, "application/x-www-form-urlencoded", reader);
  }
  const text = typeof content === "string" ? content : utf8(content);
  if (text !== null) return textBody(text, mimeType, reader);
  const bytes: Value = {
    code: `Uint8Array.fromBase64("${(content as Uint8Array).toBase64()}")`,
  };
  return { options: new Map([["body", bytes]]), contentType: mimeType || null };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
