import { formValue, textBody, type TextReader } from "../bodies.ts";
import { field, items, type Place, textOr } from "../place.ts";
import type { FileDefinition, Value } from "../script/plan.ts";
import { type Definitions, isSecretName } from "../script/secrets.ts";
import type { Variables } from "./variables.ts";

const LANGUAGES: Readonly<Record<string, string>> = {
  json: "application/json",
  xml: "application/xml",
  html: "text/html",
  javascript: "application/javascript",
  text: "text/plain",
};

/** What bodies are read with. */
export interface BodySetting {
  readonly variables: Variables;
  readonly definitions: Definitions;
  note(text: string): void;
  /** The same definition for the same file. */
  file(path: string): FileDefinition;
}

/** The body of a request as options of a call. */
export function readBody(
  body: Place,
  contentType: string,
  setting: BodySetting,
): { options: ReadonlyMap<string, Value>; contentType: string | null } {
  const { variables, definitions } = setting;
  const nothing = { options: new Map<string, Value>(), contentType: contentType || null };
  const mode = field(body, "mode").value;
  if (field(body, "disabled").value === true || typeof mode !== "string") return nothing;
  const lifting = (read: (text: string) => Value): TextReader => ({
    value: (name, text) =>
      isSecretName(name) && text !== "" && !text.includes("{{")
        ? definitions.secret(name, text)
        : read(text),
  });
  const plain = lifting((text) => unmasked(variables, text));
  switch (mode) {
    case "raw": {
      const masked = variables.read(textOr(field(body, "raw"), ""));
      if (masked.text === "") return nothing;
      const language = field(field(field(body, "options"), "raw"), "language").value;
      const known = typeof language === "string" && Object.hasOwn(LANGUAGES, language);
      const type = contentType || (known ? LANGUAGES[language as string]! : "text/plain");
      return textBody(masked.text, type, {
        value: (name, text) =>
          masked.isMasked(text)
            ? masked.unmask(text)
            : isSecretName(name) && text !== ""
            ? definitions.secret(name, text)
            : text,
      });
    }
    case "urlencoded": {
      const pairs = enabled(field(body, "urlencoded")).map((item) =>
        [keyOf(item), textOr(field(item, "value"), "")] as const
      );
      return { options: new Map([["form", formValue(pairs, plain)]]), contentType: null };
    }
    case "formdata":
      return {
        options: new Map([["multipart", formData(field(body, "formdata"), plain, setting)]]),
        contentType: null,
      };
    case "graphql": {
      const graphql = field(body, "graphql");
      const query = textOr(field(graphql, "query"), "");
      const given = textOr(field(graphql, "variables"), "").trim();
      const text = `{"query":${JSON.stringify(query)}${
        given === "" ? "" : `,"variables":${given}`
      }}`;
      const masked = variables.read(text);
      return textBody(masked.text, "application/json", {
        value: (_, text) => masked.unmask(text),
      });
    }
    case "file": {
      const path = textOr(field(field(body, "file"), "src"), "");
      if (path !== "") {
        return {
          options: new Map([["body", setting.file(path)]]),
          contentType: contentType || null,
        };
      }
      setting.note(`${body.path}: its file is not named`);
      return nothing;
    }
    default:
      setting.note(`${body.path}: mode ${mode.slice(0, 40)}`);
      return nothing;
  }
}

function formData(place: Place, reader: TextReader, { file, note }: BodySetting): Value {
  const form = new Map<string, Value[]>();
  for (const item of enabled(place)) {
    const name = keyOf(item);
    const values = form.get(name) ?? [];
    if (field(item, "type").value === "file") {
      const { value: src } = field(item, "src");
      const paths: unknown[] = Array.isArray(src) ? src : [src];
      for (const path of paths) {
        if (typeof path !== "string" || path === "") {
          note(`${item.path}: its file is not named`);
          continue;
        }
        const type = textOr(field(item, "contentType"), "") || "application/octet-stream";
        values.push({ file: [file(path), path.slice(path.lastIndexOf("/") + 1), type] });
      }
    } else values.push(reader.value(name, textOr(field(item, "value"), "")));
    if (values.length > 0) form.set(name, values);
  }
  return new Map(
    [...form].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}

/** The items of a list that are not switched off. */
export function enabled(place: Place): Place[] {
  return items(place).filter((item) => field(item, "disabled").value !== true);
}

/** The `key` of an item. */
export function keyOf(item: Place): string {
  return textOr(field(item, "key"), "");
}

function unmasked(variables: Variables, text: string): Value {
  const masked = variables.read(text);
  return masked.unmask(masked.text);
}
