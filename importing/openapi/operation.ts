import { jsonValue, textBody } from "../bodies.ts";
import { isHeader } from "../exchanges/headers.ts";
import { field, fields, isRecord, type Place } from "../place.ts";
import type { Expectation, RequestStep, Value } from "../script/plan.ts";
import { type Definitions, isSecretName } from "../script/secrets.ts";
import { credentialsOf } from "./security.ts";
import {
  exampleOf,
  type Parameter,
  parametersOf,
  parameterText,
  queryValue,
} from "./parameters.ts";
import type { References } from "./refs.ts";
import { sampleOf } from "./sample.ts";

/** What operations share. */
export interface OperationSetting {
  readonly root: Place;
  readonly refs: References;
  readonly definitions: Definitions;
  /** Path of the server, in front of all others; "" or with a slash before it. */
  readonly prefix: string;
  note(text: string): void;
}

/** One operation: `GET /pets/{id}`. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  /** The path item. */
  readonly item: Place;
  readonly place: Place;
}

/** The request of an operation. */
export function operationStep(operation: Operation, setting: OperationSetting): RequestStep {
  const { method, path, item, place } = operation;
  const { root, refs, definitions, prefix, note } = setting;
  const parameters = parametersOf([field(item, "parameters"), field(place, "parameters")], refs);
  const own = field(place, "security");
  const credentials = credentialsOf(
    own.value === undefined ? field(root, "security") : own,
    field(field(root, "components"), "securitySchemes"),
    refs,
    definitions,
    (text) => note(text),
  );
  const body = bodyOf(field(place, "requestBody"), setting);
  const headers = new Map<string, Value>([
    ...credentials.headers,
    ...valuesOf(parameters, "header", (p) => lifted(p, definitions, parameterText)),
  ]);
  if (body.contentType !== null && isHeader("Content-Type", body.contentType)) {
    headers.set("Content-Type", body.contentType);
  }
  const query = new Map<string, Value>([
    ...credentials.query,
    ...valuesOf(parameters, "query", (p) => lifted(p, definitions, queryValue)),
  ]);
  const cookies = new Map<string, Value>([
    ...credentials.cookies,
    ...valuesOf(parameters, "cookie", (p) => lifted(p, definitions, parameterText)),
  ]);
  const options = new Map<string, Value>();
  if (query.size > 0) options.set("query", query);
  if (headers.size > 0) options.set("headers", headers);
  if (cookies.size > 0) options.set("cookies", cookies);
  if (credentials.auth !== null) options.set("auth", credentials.auth);
  for (const [name, value] of body.options) options.set(name, value);
  const filled = fillPath(path, parameters);
  // Whatever the values, it is one row of the summary.
  if (filled !== path) options.set("name", `${prefix}${path}`);
  const summary = field(place, "summary").value;
  return {
    kind: "request",
    method,
    url: `${prefix}${filled}`.replace(/^\/\//, "/.//"),
    options,
    label: `${method} ${path}`,
    expect: expectation(field(place, "responses")),
    ...(typeof summary === "string" && summary.trim() !== "" ? { comment: summary } : {}),
  };
}

function valuesOf(
  parameters: readonly Parameter[],
  where: Parameter["in"],
  read: (parameter: Parameter) => Value,
): [string, Value][] {
  return parameters.filter((one) => one.in === where).map((one) => [one.name, read(one)]);
}

function lifted(
  { name, value }: Parameter,
  definitions: Definitions,
  read: (value: unknown) => Value,
): Value {
  return isSecretName(name) && typeof value === "string"
    ? definitions.secret(name, value)
    : read(value);
}

function fillPath(path: string, parameters: readonly Parameter[]): string {
  return path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const found = parameters.find((one) => one.in === "path" && one.name === name);
    return encodeURIComponent(parameterText(found?.value ?? "text")) || "_";
  });
}

/** The status that the operation promises, where it is one of success. */
function expectation(responses: Place): Expectation {
  if (!isRecord(responses.value)) return "ok";
  const good = Object.keys(responses.value).filter((status) => /^2\d\d$/.test(status));
  return good.length === 1 ? Number(good[0]) : "ok";
}

function bodyOf(
  place: Place,
  { refs, definitions, note }: OperationSetting,
): { options: ReadonlyMap<string, Value>; contentType: string | null } {
  const nothing = { options: new Map<string, Value>(), contentType: null };
  const body = place.value === undefined ? null : refs.follow(place);
  const content = body === null ? null : field(body, "content");
  if (content === null || !isRecord(content.value)) return nothing;
  const all = fields(content);
  const [type, media] = all.find(([type]) => /json/i.test(type)) ??
    all.find(([type]) => /x-www-form-urlencoded/i.test(type)) ?? all[0] ?? ["", null];
  if (media === null) return nothing;
  const value = exampleOf(media, refs) ?? sampleOf(field(media, "schema"), refs);
  if (value === undefined) {
    note(`${place.path}: no example and no schema to make one of`);
    return nothing;
  }
  const reader = {
    value: (name: string, text: string): Value =>
      isSecretName(name) && text !== "" ? definitions.secret(name, text) : text,
  };
  const sent = type.includes("*") ? "application/json" : type;
  if (/json/i.test(sent) && typeof value !== "string") {
    const plain = sent.toLowerCase() === "application/json";
    return {
      options: new Map([["json", jsonValue(value, reader)]]),
      contentType: plain ? null : sent,
    };
  }
  const option = /multipart\/form-data/i.test(sent)
    ? "multipart"
    : /x-www-form-urlencoded/i.test(sent)
    ? "form"
    : null;
  if (option !== null && isRecord(value)) {
    const pairs = Object.entries(value).map(([name, item]): [string, Value] => [
      name,
      typeof item === "string" ? reader.value(name, item) : queryValue(item),
    ]);
    return { options: new Map([[option, new Map(pairs)]]), contentType: null };
  }
  if (typeof value === "string") return textBody(value, sent, reader);
  note(`${place.path}: ${sent} can't be made of its example`);
  return nothing;
}
