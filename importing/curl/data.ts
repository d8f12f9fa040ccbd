import { textBody } from "../bodies.ts";
import {
  type FileDefinition,
  type Part,
  type Template,
  template,
  uncoded,
  type Value,
} from "../script/plan.ts";
import { type Definitions, isSecretName } from "../script/secrets.ts";
import { Masked } from "../templated.ts";
import type { CurlOption } from "./options.ts";
import { type Parts, plain, type TransferSetting } from "./parts.ts";

/** What is sent: parts joined by `&`, a file, or a form. */
export interface Data {
  readonly masked: Masked;
  readonly given: boolean;
  readonly json: boolean;
  readonly binaryFile: FileDefinition | null;
  readonly form: ReadonlyMap<string, Value[]> | null;
}

/** Takes together what the options of a transfer send. */
export function readData(options: readonly CurlOption<Parts>[], setting: TransferSetting): Data {
  const all: Part[] = [];
  const form = new Map<string, Value[]>();
  let binaryFile: FileDefinition | null = null;
  let given = false;
  let json = false;
  for (const { name, value } of options) {
    if (value === null) continue;
    const text = plain(value);
    const isFile = text.startsWith("@");
    if (name === "form" || name === "form-string") {
      addField(form, value, name === "form", setting);
    } else if (name === "upload-file") {
      binaryFile = setting.file(text, true);
      given = true;
    } else if (/^(data|json)/.test(name)) {
      if (given && name !== "json") all.push("&");
      given = true;
      json ||= name === "json";
      if (name === "data-urlencode") all.push(...urlEncoded(value, setting));
      else if (isFile && name !== "data-raw") {
        const whole = name === "data-binary" &&
          options.filter((option) => /^data/.test(option.name)).length === 1;
        const file = setting.file(text.slice(1), whole);
        if (whole) binaryFile = file;
        else all.push(file);
      } else all.push(...value);
    }
  }
  return {
    masked: new Masked(all),
    given,
    json,
    binaryFile,
    form: form.size > 0 ? form : null,
  };
}

/** What is sent as options of a call; null for nothing. */
export function bodyOptions(
  { masked, given, json, binaryFile, form: multipart }: Data,
  contentType: string | null,
  definitions: Definitions,
): { options: ReadonlyMap<string, Value>; contentType: string | null } | null {
  if (multipart !== null) {
    const value = new Map(
      [...multipart].map(([name, values]): [string, Value] => [
        name,
        values.length === 1 ? values[0]! : values,
      ]),
    );
    return { options: new Map([["multipart", value]]), contentType: null };
  }
  if (!given) return null;
  const type = contentType ??
    (json ? "application/json" : binaryFile === null ? "application/x-www-form-urlencoded" : "");
  if (binaryFile !== null) {
    return { options: new Map([["body", binaryFile]]), contentType: type || null };
  }
  const body = (unmask: (text: string) => string | Template) =>
    textBody(masked.text, type, {
      value: (name, text) =>
        isSecretName(name) && text !== "" && !masked.isMasked(text)
          ? definitions.secret(name, text)
          : unmask(text),
    });
  // Forms are encoded by the client.
  const form = body((text) => template(masked.parts(text).map(uncoded)));
  return form.options.has("form") ? form : body((text) => masked.unmask(text));
}

/** What `--url-query` adds to the URL. */
export function readQuery(options: readonly CurlOption<Parts>[], setting: TransferSetting): Masked {
  const all: Part[] = [];
  for (const { name, value } of options) {
    if (name !== "url-query" || value === null) continue;
    const [first = "", ...rest] = value;
    const isRaw = typeof first === "string" && first.startsWith("+");
    const parts = isRaw ? [first.slice(1), ...rest] : urlEncoded(value, setting);
    all.push(...all.length > 0 ? ["&"] : [], ...parts);
  }
  return new Masked(all);
}

/** `name=value`, `name=@file;type=…`, `name=<file`. */
function addField(
  form: Map<string, Value[]>,
  word: Parts,
  files: boolean,
  { file, definitions }: TransferSetting,
): void {
  const masked = new Masked(word);
  const cut = masked.text.indexOf("=");
  if (cut < 1) return;
  const name = masked.text.slice(0, cut);
  const rest = masked.text.slice(cut + 1);
  const [content = "", ...settings] = files && /^[@<]/.test(rest) ? rest.split(";") : [rest];
  const setting = (key: string) =>
    settings.find((s) => s.startsWith(`${key}=`))?.slice(key.length + 1).replace(/^"(.*)"$/, "$1");
  let value: Value = isSecretName(name) && !masked.isMasked(content)
    ? definitions.secret(name, content)
    : masked.unmask(content);
  if (files && content.startsWith("@")) {
    const path = content.slice(1);
    const base = path.slice(path.lastIndexOf("/") + 1);
    const type = setting("type") ?? "application/octet-stream";
    value = { file: [file(path, true), setting("filename") ?? base, type] };
  } else if (files && content.startsWith("<")) value = file(content.slice(1), false);
  form.set(name, [...form.get(name) ?? [], value]);
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`. */
function urlEncoded(word: Parts, { file }: TransferSetting): Part[] {
  const [first = "", ...rest] = word;
  if (typeof first !== "string") return [...word];
  const text = plain(word);
  const at = text.includes("=") ? -1 : first.indexOf("@");
  const cut = at < 0 ? first.indexOf("=") : at;
  const name = first.slice(0, Math.max(0, cut));
  const content = at < 0 ? [first.slice(cut + 1), ...rest] : [file(text.slice(at + 1), false)];
  const coded = content.map((part): Part => {
    if (typeof part === "string") return new URLSearchParams([["", part]]).toString().slice(1);
    return "kind" in part ? { encoded: part } : part;
  });
  return name === "" ? coded : [`${name}=`, ...coded];
}
