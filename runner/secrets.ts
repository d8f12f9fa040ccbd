import { describeError, DownpourError, OptionError } from "../internal/mod.ts";

/** Secrets of a run by the name of their source. They are handed to scripts and told nobody else. */
export interface Secrets {
  /** Values by key, by the name of the source. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The source that `secrets.get` asks; null where none was made the default. */
  readonly default: string | null;
}

/** A run without secrets. */
export const NO_SECRETS: Secrets = Object.freeze({ sources: Object.freeze({}), default: null });

/** All values, for whoever keeps them out of texts. */
export function secretValues({ sources }: Secrets): string[] {
  return Object.values(sources).flatMap((source) => Object.values(source));
}

/** How sources are read. */
export interface SecretReaders {
  /** The text of a file. */
  readFile(path: string): Promise<string>;
  /** A variable of the environment. */
  readEnv(name: string): string | undefined;
}

const KINDS = ["file", "mock", "env"] as const;
type Kind = typeof KINDS[number];
const MAX_FILE_LENGTH = 2 ** 20;

/** What one `--secret-source` says. */
interface SourceSpec {
  readonly kind: Kind;
  readonly name: string;
  readonly isDefault: boolean;
  /** What is left of it, by comma. */
  readonly parts: readonly string[];
}

/**
 * Reads the sources named by `--secret-source`, in k6's syntax: `file=PATH`, `mock=KEY=VALUE,…`; and
 * `env=NAME,…`, variables of the environment. Each may hold `name=NAME` and `default`
 * (`file=name=ci,default,filename=PATH`). One source alone is the default one.
 *
 * A file has a line `KEY=VALUE` for each secret; empty lines and lines that begin with `#` are
 * skipped.
 *
 * @throws {OptionError} for what is not such a source, two of one name, two defaults
 * @throws {DownpourError} `secret_source` for files and variables that can't be read. No message holds
 * a value
 */
export async function loadSecrets(
  flags: readonly string[],
  readers: SecretReaders,
): Promise<Secrets> {
  const sources: Record<string, Record<string, string>> = Object.create(null);
  let chosen: string | null = null;
  for (const flag of flags) {
    const spec = parseSource(flag);
    if (spec.name in sources) {
      throw bad(`two sources are named ${spec.name}: add name=… to one of them`);
    }
    if (spec.isDefault && chosen !== null) throw bad(`${chosen} and ${spec.name} are both default`);
    if (spec.isDefault) chosen = spec.name;
    sources[spec.name] = await readSource(spec, readers);
  }
  const names = Object.keys(sources);
  return { sources, default: chosen ?? (names.length === 1 ? names[0]! : null) };
}

function parseSource(flag: string): SourceSpec {
  const [kind, rest] = cut(flag);
  if (rest === undefined || !KINDS.includes(kind as Kind)) {
    const kinds = KINDS.map((one) => `${one}=`).join(", ");
    // Without a "=" all of it may be a secret.
    throw bad(`it begins with one of ${kinds}${rest === undefined ? "" : `: ${kind}`}`);
  }
  let name = kind;
  let isDefault = false;
  const parts: string[] = [];
  for (const part of rest.split(",")) {
    if (part === "default") isDefault = true;
    else if (part.startsWith("name=")) name = part.slice(5);
    else parts.push(part);
  }
  if (name === "") throw bad(`the name of a source of kind ${kind} is empty`);
  return { kind: kind as Kind, name, isDefault, parts };
}

async function readSource(
  spec: SourceSpec,
  readers: SecretReaders,
): Promise<Record<string, string>> {
  const { kind, name, parts } = spec;
  if (kind === "mock") return pairs(parts, (index) => `part ${index + 1} of source ${name}`);
  if (kind === "file") return await readFile(spec, readers);
  const values: Record<string, string> = Object.create(null);
  for (const variable of parts) {
    const value = readVariable(variable, readers);
    if (value === undefined) {
      throw new DownpourError("secret_source", `Secret ${variable} is not in the environment`);
    }
    values[variable] = value;
  }
  return values;
}

async function readFile(
  { name, parts }: SourceSpec,
  readers: SecretReaders,
): Promise<Record<string, string>> {
  const path = parts.length === 1 ? parts[0]!.replace(/^filename=/, "") : "";
  if (path === "") throw bad(`source ${name} needs one file, as file=PATH or filename=PATH`);
  let text: string;
  try {
    text = await readers.readFile(path);
  } catch (cause) {
    const why = `Can't read secrets from ${path}: ${describeError(cause)}`;
    throw new DownpourError("secret_source", why, { cause });
  }
  if (text.length > MAX_FILE_LENGTH) throw bad(`${path} is longer than 1 MiB`);
  const lines = text.split(/\r?\n/);
  const numbers: number[] = [];
  const kept = lines.filter((line, index) => {
    const keep = line.trim() !== "" && !line.startsWith("#");
    if (keep) numbers.push(index + 1);
    return keep;
  });
  return pairs(kept, (index) => `line ${numbers[index]} of ${path}`);
}

function readVariable(name: string, { readEnv }: SecretReaders): string | undefined {
  if (!/^\w+$/.test(name)) throw bad(`env= takes names of variables: ${JSON.stringify(name)}`);
  try {
    return readEnv(name);
  } catch (cause) {
    const why = `Can't read secret ${name} from the environment: add --allow-env=${name}`;
    throw new DownpourError("secret_source", why, { cause });
  }
}

/** Texts `KEY=VALUE` by key. What is wrong is told by its place: its text may hold a secret. */
function pairs(
  texts: readonly string[],
  placeOf: (index: number) => string,
): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  texts.forEach((text, index) => {
    const [key, value] = cut(text);
    if (value === undefined || key === "") throw bad(`${placeOf(index)} is not KEY=VALUE`);
    values[key] = value;
  });
  return values;
}

/** What is before and behind the first `=`. */
function cut(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function bad(why: string): OptionError {
  return new OptionError("--secret-source", `--secret-source: ${why}`);
}
