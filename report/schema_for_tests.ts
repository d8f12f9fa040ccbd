/** A JSON Schema, as far as ours goes: an object of keywords, or true for anything. */
export type Schema = true | { readonly [keyword: string]: unknown };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** Checks one keyword: says what is wrong with a value, or null. */
type Keyword = (given: unknown, value: Json) => string | null;

const SAYS_NOTHING = ["$schema", "$id", "$defs", "title", "description"];
/** Handled where children are visited. */
const NESTED = ["$ref", "anyOf", "properties", "additionalProperties", "propertyNames", "items"];

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  type: (given, value) =>
    [given].flat().some((type) => isType(value, type as string)) ? null : `is no ${given}`,
  const: (given, value) => value === given ? null : `is not ${given}`,
  enum: (given, value) =>
    (given as Json[]).includes(value) ? null : `is none of ${JSON.stringify(given)}`,
  minimum: (given, value) => value as number >= (given as number) ? null : `is below ${given}`,
  maximum: (given, value) => value as number <= (given as number) ? null : `is above ${given}`,
  minItems: (given, value) =>
    (value as readonly Json[]).length >= (given as number) ? null : `has fewer than ${given}`,
  pattern: (given, value) =>
    new RegExp(given as string, "u").test(value as string) ? null : `doesn't match ${given}`,
  required: (given, value) => {
    const missing = (given as string[]).find((name) => !Object.hasOwn(value as object, name));
    return missing === undefined ? null : `lacks ${missing}`;
  },
};

/**
 * What is wrong with a value by a schema (draft 2020-12, the keywords above), each with its place.
 *
 * @throws {Error} for a keyword that isn't known here, or one that stands beside no type
 */
export function violations(root: Schema, value: unknown): string[] {
  return visit(root, root, value as Json, "");
}

function visit(root: Schema, schema: Schema, value: Json, at: string): string[] {
  if (schema === true) return [];
  const wrong: string[] = [];
  for (const [name, given] of Object.entries(schema)) {
    if (SAYS_NOTHING.includes(name) || NESTED.includes(name)) continue;
    const keyword = KEYWORDS[name];
    if (keyword === undefined) throw new Error(`${at}: unknown keyword ${name}`);
    if (name !== "type" && wrong.length > 0) break;
    const text = keyword(given, value);
    if (text !== null) wrong.push(`${at || "the summary"} ${text}: ${JSON.stringify(value)}`);
  }
  if (wrong.length > 0) return wrong;
  const { $ref, anyOf } = schema as { $ref?: string; anyOf?: Schema[] };
  if ($ref !== undefined) wrong.push(...visit(root, definition(root, $ref), value, at));
  if (anyOf !== undefined) {
    const branches = anyOf.map((branch) => visit(root, branch, value, at));
    if (branches.every((found) => found.length > 0)) {
      wrong.push(`${at} fits none of ${anyOf.length}: ${branches.map((found) => found[0])}`);
    }
  }
  return [...wrong, ...visitInside(root, schema, value, at)];
}

function visitInside(
  root: Schema,
  { items, properties, additionalProperties, propertyNames }: {
    readonly items?: Schema;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | false;
    readonly propertyNames?: Schema;
  },
  value: Json,
  at: string,
): string[] {
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : value.flatMap((item, i) => visit(root, items, item, `${at}[${i}]`));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = `${at}.${name}`;
    const named = propertyNames === undefined ? [] : visit(root, propertyNames, name, place);
    const own = properties !== undefined && Object.hasOwn(properties, name)
      ? properties[name]
      : additionalProperties;
    if (own === false) return [...named, `${place} is not in the schema`];
    return [...named, ...(own === undefined ? [] : visit(root, own, inner, place))];
  });
}

function definition(root: Schema, ref: string): Schema {
  const { $defs } = root as { readonly $defs: Readonly<Record<string, Schema>> };
  const name = ref.replace("#/$defs/", "");
  if (!Object.hasOwn($defs, name)) throw new Error(`no definition ${ref}`);
  return $defs[name]!;
}

function isType(value: Json, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number" && Number.isFinite(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "object") {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }
  if (type === "boolean") return typeof value === "boolean";
  return type === "string" && typeof value === "string";
}
