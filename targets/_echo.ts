import { readBody, showBytes } from "./_body.ts";
import { type Call, collect, json, Refusal } from "./_call.ts";

/** `/get`: the query, headers and address of a request. */
export function get(call: Call): Response {
  return json(describe(call));
}

/** `/post`, `/put`, `/patch`, `/delete`: what `/get` shows, and the body. */
export async function withBody(call: Call): Promise<Response> {
  return json({ ...describe(call), ...await describeBody(call) });
}

/** `/anything`: all of it, for every method. */
export async function anything(call: Call): Promise<Response> {
  const body = await describeBody(call);
  return json({ method: call.request.method, ...describe(call), ...body });
}

/** `/headers`: the request's headers. */
export function headers({ request }: Call): Response {
  return json({ headers: collect(request.headers) });
}

/** `/cookies`: the cookies that were sent. */
export function cookies({ request }: Call): Response {
  return json({ cookies: Object.fromEntries(sentCookies(request)) });
}

// RFC 6265, section 4.1.1: a cookie's name is a token; its value excludes these characters.
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{0,4096}$/;

/** `/cookies/set?name=value`: sets each pair of the query, then sends to `/cookies`. */
export function setCookies({ url }: Call): Response {
  const headers = new Headers({ location: "/cookies" });
  for (const [name, value] of url.searchParams) {
    if (!COOKIE_NAME.test(name) || !COOKIE_VALUE.test(value)) {
      const pair = JSON.stringify(`${name}=${value}`.slice(0, 64));
      throw new Refusal(400, "bad_cookie", `not a cookie's name and value: ${pair}`);
    }
    headers.append("set-cookie", `${name}=${value}; Path=/`);
  }
  return new Response(null, { status: 302, headers });
}

function describe({ request, url, origin }: Call): Record<string, unknown> {
  return {
    args: collect(url.searchParams),
    headers: collect(request.headers),
    origin,
    url: request.url,
  };
}

async function describeBody(call: Call): Promise<Record<string, unknown>> {
  const bytes = await readBody(call);
  const type = call.request.headers.get("content-type") ?? "";
  const essence = type.split(";", 1)[0]!.trim().toLowerCase();
  if (essence === "application/x-www-form-urlencoded" || essence === "multipart/form-data") {
    return { data: "", ...await describeForm(bytes, type), json: null };
  }
  const data = showBytes(bytes);
  return { data, files: {}, form: {}, json: parseOrNull(data) };
}

async function describeForm(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Record<string, unknown>> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw new Refusal(400, "bad_form", `request body is not ${JSON.stringify(type.slice(0, 128))}`);
  }
  const fields: [string, string][] = [];
  const files: [string, string][] = [];
  for (const [name, value] of form) {
    if (typeof value === "string") fields.push([name, value]);
    else files.push([name, showBytes(await value.bytes())]);
  }
  return { files: collect(files), form: collect(fields) };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function* sentCookies(request: Request): Generator<[string, string]> {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals > 0) yield [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  }
}
