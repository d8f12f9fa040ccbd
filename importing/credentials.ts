import { type Template, template, type Value } from "./script/plan.ts";
import { type Definitions, isSecretName } from "./script/secrets.ts";

/** The value of a header, secrets taken out of it. */
export function headerValue(name: string, value: string, definitions: Definitions): Value {
  if (name.toLowerCase() === "authorization") return authorizationValue(value, definitions);
  return isSecretName(name) && value !== "" ? definitions.secret(name, value) : value;
}

/** `Bearer …` and the like keep their scheme. */
function authorizationValue(value: string, definitions: Definitions): string | Template {
  const [, scheme, rest] = /^(\S+)\s+(.+)$/.exec(value) ?? [];
  if (scheme === undefined || rest === undefined) {
    return template([definitions.secret("AUTHORIZATION", value)]);
  }
  const name = scheme.toLowerCase() === "bearer" ? "TOKEN" : `${scheme} credentials`;
  return template([`${scheme} `, definitions.secret(name, rest)]);
}

/** The option `auth` for HTTP's basic or digest scheme. */
export function passwordAuth(
  type: "basic" | "digest",
  username: Value,
  password: Value,
): ReadonlyMap<string, Value> {
  return new Map<string, Value>([["type", type], ["username", username], ["password", password]]);
}

/** User and password of `Authorization: Basic …`; null for anything else. */
export function basicPair(value: string): [user: string, password: string] | null {
  const [, coded] = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(value.trim()) ?? [];
  if (coded === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(coded), (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const cut = text.indexOf(":");
    return cut < 0 ? null : [text.slice(0, cut), text.slice(cut + 1)];
  } catch {
    return null;
  }
}

/**
 * A URL's query without its secrets, and those as the option `query`.
 *
 * @param isPart values that are no secrets, whatever their names
 */
export function splitQuery(
  search: string,
  definitions: Definitions,
  isPart: (value: string) => boolean = () => false,
): { readonly search: string; readonly query: ReadonlyMap<string, Value> } {
  const secrets = new Map<string, Value[]>();
  const rest = search.replace(/^\?/, "").split("&").filter((pair) => {
    const [[name, value] = ["", ""]] = [...new URLSearchParams(pair)];
    if (!isSecretName(name) || value === "" || isPart(value)) return true;
    secrets.set(name, [...secrets.get(name) ?? [], definitions.secret(name, value)]);
    return false;
  });
  const query = new Map(
    [...secrets].map(([name, values]) =>
      [name, values.length === 1 ? values[0]! : values] as const
    ),
  );
  const left = rest.join("&");
  return { search: left === "" ? "" : `?${left}`, query };
}
