import { passwordAuth } from "../credentials.ts";
import { isHeader } from "../exchanges/headers.ts";
import { field, isRecord, items, type Place } from "../place.ts";
import { template, type Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { Variables } from "./variables.ts";

/** What an authorization adds to a call. */
export interface CollectionAuth {
  readonly auth: Value | null;
  readonly header: readonly [name: string, value: Value] | null;
  readonly query: readonly [name: string, value: Value] | null;
}

const NONE: CollectionAuth = { auth: null, header: null, query: null };

/** Reads the `auth` of a request, or what it inherits. */
export function readCollectionAuth(
  place: Place,
  variables: Variables,
  definitions: Definitions,
  note: (text: string) => void,
): CollectionAuth {
  const type = field(place, "type").value;
  if (typeof type !== "string" || type === "noauth") return NONE;
  const settings = settingsOf(field(place, type));
  const secret = (key: string, name: string): Value => {
    const text = settings.get(key) ?? "";
    const masked = variables.read(text);
    if (masked.hasValues) return masked.unmask(masked.text);
    return text === "" ? definitions.missing(name) : definitions.secret(name, text);
  };
  switch (type) {
    case "bearer": {
      const token = secret("token", "TOKEN");
      const parts = typeof token === "object" && token !== null && "parts" in token
        ? token.parts
        : [token as string];
      return { ...NONE, header: ["Authorization", template(["Bearer ", ...parts])] };
    }
    case "basic":
    case "digest":
      return {
        ...NONE,
        auth: passwordAuth(type, secret("username", "USERNAME"), secret("password", "PASSWORD")),
      };
    case "apikey": {
      const key = settings.get("key") ?? "X-API-Key";
      const value = secret("value", key);
      if (settings.get("in") === "query") return { ...NONE, query: [key, value] };
      return isHeader(key, "") ? { ...NONE, header: [key, value] } : NONE;
    }
    case "oauth2":
      return {
        ...NONE,
        header: ["Authorization", template(["Bearer ", definitions.missing("TOKEN")])],
      };
    default:
      note(`${place.path}: authorization ${type.slice(0, 40)}`);
      return NONE;
  }
}

/** Settings are a list of keys and values as of v2.1, an object in v2.0. */
function settingsOf(place: Place): Map<string, string> {
  if (Array.isArray(place.value)) {
    return new Map(
      items(place).map((item) => [
        String(field(item, "key").value ?? ""),
        String(field(item, "value").value ?? ""),
      ]),
    );
  }
  if (!isRecord(place.value)) return new Map();
  return new Map(Object.entries(place.value).map(([key, value]) => [key, String(value)]));
}
