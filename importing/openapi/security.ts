import { passwordAuth } from "../credentials.ts";
import { isHeader } from "../exchanges/headers.ts";
import { field, fields, isRecord, items, type Place } from "../place.ts";
import { template, type Value } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { References } from "./refs.ts";

/** What a requirement adds to a call. */
export interface Credentials {
  readonly auth: Value | null;
  readonly headers: ReadonlyMap<string, Value>;
  readonly query: ReadonlyMap<string, Value>;
  readonly cookies: ReadonlyMap<string, Value>;
}

/** What is asked of the world for the first requirement that can be met; `note` hears of others. */
export function credentialsOf(
  requirements: Place,
  schemes: Place,
  refs: References,
  definitions: Definitions,
  note: (text: string) => void,
): Credentials {
  const headers = new Map<string, Value>();
  const query = new Map<string, Value>();
  const cookies = new Map<string, Value>();
  let auth: Value | null = null;
  const all = Array.isArray(requirements.value) ? items(requirements) : [];
  const isOptional = all.some(({ value }) => isRecord(value) && Object.keys(value).length === 0);
  const [first] = isOptional ? [] : all;
  for (const [name] of first !== undefined && isRecord(first.value) ? fields(first) : []) {
    const scheme = refs.follow(field(schemes, name));
    const text = (key: string) => {
      const value = scheme === null ? undefined : field(scheme, key).value;
      return typeof value === "string" ? value : "";
    };
    const kind = `${text("type")} ${text("scheme").toLowerCase()}`.trim();
    if (kind === "http basic" || kind === "http digest") {
      const [user, password] = [definitions.missing("USERNAME"), definitions.missing("PASSWORD")];
      auth = passwordAuth(kind === "http basic" ? "basic" : "digest", user, password);
    } else if (text("type") === "apiKey" && isHeader(text("name"), "")) {
      const places: Readonly<Record<string, Map<string, Value>>> = {
        header: headers,
        query,
        cookie: cookies,
      };
      (places[text("in")] ?? headers).set(text("name"), definitions.missing(text("name")));
    } else if (kind === "http bearer" || /^(oauth2|openIdConnect)$/.test(text("type"))) {
      headers.set("Authorization", template(["Bearer ", definitions.missing("TOKEN")]));
    } else note(`security ${name}: ${kind || "not described"}`);
  }
  return { auth, headers, query, cookies };
}
