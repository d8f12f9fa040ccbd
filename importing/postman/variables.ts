import { field, items, type Place, textOr } from "../place.ts";
import type { Code, Part } from "../script/plan.ts";
import { type Definitions, isSecretName } from "../script/secrets.ts";
import { Masked } from "../templated.ts";

/** Postman's variables that make values up, as expressions. */
const DYNAMIC: Readonly<Record<string, string>> = {
  $guid: "crypto.randomUUID()",
  $randomUUID: "crypto.randomUUID()",
  $timestamp: "Math.floor(Date.now() / 1000)",
  $isoTimestamp: "new Date().toISOString()",
  $randomInt: "Math.floor(Math.random() * 1001)",
  $randomBoolean: "Math.random() < 0.5",
};

/** What `{{name}}` stands for. */
export class Variables {
  readonly #values: ReadonlyMap<string, { value: string; secret: boolean }>;
  readonly #definitions: Definitions;
  readonly #note: (text: string) => void;

  /** @param place the list `variable` of a collection */
  constructor(place: Place, definitions: Definitions, note: (text: string) => void) {
    this.#definitions = definitions;
    this.#note = note;
    this.#values = new Map(
      items(place).map((item) => {
        const name = textOr(field(item, "key"), "") || textOr(field(item, "id"), "");
        const { value } = field(item, "value");
        const secret = field(item, "type").value === "secret" || isSecretName(name);
        return [name, {
          value: value === undefined || value === null ? "" : String(value),
          secret,
        }];
      }),
    );
  }

  /** Text with its variables apart. */
  read(text: string): Masked {
    return new Masked(this.parts(text));
  }

  /** The value of a variable, where the collection has it. */
  valueOf(name: string): string | undefined {
    return this.#values.get(name)?.value;
  }

  /** Text as parts. */
  parts(text: string): Part[] {
    return text.split(/(\{\{[^{}]{1,200}\}\})/).map((piece) => {
      const [, name] = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(piece) ?? [];
      return name === undefined ? piece : this.#partOf(name);
    });
  }

  #partOf(name: string): Part {
    if (Object.hasOwn(DYNAMIC, name)) return { code: DYNAMIC[name]! } satisfies Code;
    if (name.startsWith("$")) this.#note(`{{${name}}}: give a value by -e`);
    const known = this.#values.get(name);
    if (known === undefined) return this.#definitions.missing(name);
    return known.secret && known.value !== ""
      ? this.#definitions.secret(name, known.value)
      : this.#definitions.value(name, known.value, `variable ${name}`);
  }
}
