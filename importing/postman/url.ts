import { ImportError } from "../errors.ts";
import { field, isRecord, items, type Place, text, textOr } from "../place.ts";
import { Masked } from "../templated.ts";
import { enabled, keyOf } from "./body.ts";
import type { Variables } from "./variables.ts";

/** A URL with marks in place of variables. */
export interface CollectionUrl {
  readonly url: Masked;
  readonly parsed: URL;
}

/** Collections without a host are for a server of this machine. */
const LOCAL = "http://127.0.0.1:8000";

/** Reads a request's URL: text, or its parts. @throws {ImportError} for what is no http: URL */
export function readUrl(place: Place, variables: Variables): CollectionUrl {
  const raw = withPathVariables(rawUrl(place), place);
  const url = new Masked(variables.parts(withHost(raw, variables)));
  const isComplete = /^[a-z][a-z0-9+.-]*:\/\//i.test(url.text);
  const parsed = URL.parse(isComplete ? url.text : `http://${url.text}`);
  const isHttp = parsed?.protocol === "http:" || parsed?.protocol === "https:";
  if (parsed === null || !isHttp || url.isMasked(parsed.host)) {
    throw new ImportError("import_invalid", place.file, {
      place: place.path,
      problem: `is ${JSON.stringify(raw.slice(0, 80))}`,
      expected: "an http: or https: URL, its host given by no more than one variable",
    });
  }
  return { url, parsed };
}

function rawUrl(place: Place): string {
  if (typeof place.value === "string") return place.value;
  if (!isRecord(place.value)) return text(place, "a URL");
  const raw = field(place, "raw").value;
  if (typeof raw === "string" && raw !== "") return raw;
  const joined = (name: string, between: string) => {
    const part = field(place, name);
    return Array.isArray(part.value)
      ? items(part).map((item) => String(item.value)).join(between)
      : textOr(part, "");
  };
  const protocol = textOr(field(place, "protocol"), "http");
  const port = textOr(field(place, "port"), "");
  const query = enabled(field(place, "query"))
    .map((item) => `${keyOf(item)}=${textOr(field(item, "value"), "")}`).join("&");
  const path = joined("path", "/").replace(/^\/?/, "/");
  return `${protocol}://${joined("host", ".")}${port === "" ? "" : `:${port}`}${path}${
    query === "" ? "" : `?${query}`
  }`;
}

/** `:id` in the path as the value of the variable `id`. */
function withPathVariables(raw: string, place: Place): string {
  const values = new Map(
    (isRecord(place.value) ? items(field(place, "variable")) : []).map((item) => [
      keyOf(item),
      textOr(field(item, "value"), ""),
    ]),
  );
  return raw.replace(
    /\/:([\w-]+)(?=[/?#]|$)/g,
    (_, name: string) => `/${values.get(name) || `{{${name}}}`}`,
  );
}

/** A variable that a URL begins with is its host: replaced by its value where that is one. */
function withHost(raw: string, variables: Variables): string {
  const [whole, scheme = "", name, rest = ""] =
    /^(https?:\/\/)?\{\{\s*([^{}]+?)\s*\}\}(.*)$/s.exec(raw) ?? [];
  if (whole === undefined || name === undefined) return raw;
  const value = variables.valueOf(name) ?? "";
  if (value !== "" && !value.includes("{{")) {
    return `${scheme}${/^[/?#]/.test(rest) ? value.replace(/\/+$/, "") : value}${rest}`;
  }
  const [, path] = /^(?::\d+)?((?:[/?#].*)?)$/s.exec(rest) ?? [];
  return path === undefined ? raw : `${LOCAL}${path}`;
}
