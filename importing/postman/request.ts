import { headerValue, splitQuery } from "../credentials.ts";
import { isHeader } from "../exchanges/headers.ts";
import { field, isRecord, items, type Place, textOr } from "../place.ts";
import { type RequestStep, template, type Value } from "../script/plan.ts";
import type { Targets } from "../targets.ts";
import { readCollectionAuth } from "./auth.ts";
import { type BodySetting, enabled, keyOf, readBody } from "./body.ts";
import type { CollectionUrl } from "./url.ts";

/** A request of a collection, found in its folders. */
export interface CollectionItem {
  readonly name: string;
  readonly request: Place;
  readonly item: Place;
  readonly url: CollectionUrl;
  /** The authorization that counts for it. */
  readonly auth: Place;
}

/** Headers that clients send by themselves. */
const OWN = /^(host|content-length|connection|accept-encoding|postman-token)$/i;

/** The step for a request. */
export function itemStep(
  { name, request, item, url: { url, parsed }, auth: authPlace }: CollectionItem,
  targets: Targets,
  setting: BodySetting,
): RequestStep {
  const { variables, definitions, note } = setting;
  const headers = new Map<string, Value>();
  let contentType = "";
  const list = field(request, "header");
  for (const header of Array.isArray(list.value) ? enabled(list) : []) {
    const key = keyOf(header);
    const value = textOr(field(header, "value"), "");
    if (key === "" || OWN.test(key)) continue;
    if (!isHeader(key, value)) {
      note(`${header.path}: can't be sent`);
      continue;
    }
    const masked = variables.read(value);
    if (key.toLowerCase() === "content-type" && !masked.hasValues) contentType = value;
    else if (masked.hasValues) headers.set(key, masked.unmask(masked.text));
    else headers.set(key, headerValue(key, value, definitions));
  }
  const auth = readCollectionAuth(authPlace, variables, definitions, note);
  const body = readBody(field(request, "body"), contentType, setting);
  if (auth.header !== null && !headers.has(auth.header[0])) headers.set(...auth.header);
  if (body.contentType !== null) headers.set("Content-Type", body.contentType);
  const { search, query } = splitQuery(
    parsed.search,
    definitions,
    (text) => url.isMasked(text),
  );
  const options = new Map<string, Value>();
  const allQuery = new Map(auth.query === null ? query : [...query, auth.query]);
  if (allQuery.size > 0) options.set("query", allQuery);
  if (headers.size > 0) options.set("headers", headers);
  if (auth.auth !== null) options.set("auth", auth.auth);
  for (const [key, value] of body.options) options.set(key, value);
  const status = exampleStatus(item);
  if (status !== null && status >= 400) options.set("expectedStatuses", [status]);
  const given = textOr(field(request, "method"), "GET").toUpperCase();
  const base = targets.urlOf(parsed.origin, `${parsed.pathname}${search}`);
  const parts = typeof base === "string" ? [base] : base.parts;
  return {
    kind: "request",
    method: /^[A-Z]+$/.test(given) ? given : "GET",
    url: template(parts.flatMap((part) => typeof part === "string" ? url.parts(part) : [part])),
    options,
    label: name || `${given} ${parsed.pathname}`,
    expect: status ?? "ok",
  };
}

/** The status of the first saved response. */
function exampleStatus(item: Place): number | null {
  const list = field(item, "response");
  const [first] = Array.isArray(list.value) ? items(list) : [];
  if (first === undefined || !isRecord(first.value)) return null;
  const { value } = field(first, "code");
  const isStatus = typeof value === "number" && Number.isInteger(value) && value >= 200;
  return isStatus && value < 600 && (value < 300 || value >= 400) ? value : null;
}
