import { field, type Place } from "../place.ts";

/** Texts of the formats that JSON Schema and OpenAPI name. */
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2024-01-02T03:04:05Z",
  date: "2024-01-02",
  time: "03:04:05Z",
  duration: "PT1M",
  email: "ann@example.com",
  "idn-email": "ann@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  url: "https://example.com/",
  "uri-reference": "/a",
  uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  byte: "cmFpbg==",
  binary: "rain",
  password: "password",
  "json-pointer": "/a",
  regex: "a+",
};
/** A longer text than this is not made, whatever a schema asks for. */
const MOST_LETTERS = 1000;

/** A text of a schema's format, as long as it asks for. */
export function sampleText(schema: Place): string {
  const format = field(schema, "format").value;
  const known = typeof format === "string" && Object.hasOwn(FORMATS, format)
    ? FORMATS[format]
    : undefined;
  const text = known ?? "text";
  const least = Math.min(numberAt(schema, "minLength") ?? 0, MOST_LETTERS);
  const most = numberAt(schema, "maxLength") ?? Infinity;
  if (text.length < least) return text.padEnd(least, "x");
  return text.length > most && known === undefined ? text.slice(0, Math.max(0, most)) : text;
}

/** A number between a schema's bounds; the smallest that fits, 1 where 1 does. */
export function sampleNumber(schema: Place, whole: boolean): number {
  const step = numberAt(schema, "multipleOf") ?? (whole ? 1 : 0);
  const gap = step > 0 ? step : 1;
  const low = bound(schema, "minimum", "exclusiveMinimum", gap);
  const high = bound(schema, "maximum", "exclusiveMaximum", -gap);
  let value = Math.max(1, low ?? -Infinity);
  if (high !== undefined && value > high) value = low ?? high;
  if (step <= 0) return value;
  const above = Math.ceil(value / step) * step;
  return high !== undefined && above > high ? Math.floor(high / step) * step : above;
}

/** A bound, whose exclusive form is a flag in 3.0 and a number in 3.1. */
function bound(schema: Place, name: string, exclusive: string, gap: number): number | undefined {
  const open = numberAt(schema, exclusive);
  if (open !== undefined) return open + gap;
  const value = numberAt(schema, name);
  return value !== undefined && field(schema, exclusive).value === true ? value + gap : value;
}

function numberAt(schema: Place, name: string): number | undefined {
  const { value } = field(schema, name);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
