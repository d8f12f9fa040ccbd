import { WrpcError } from "../errors.ts";
import type { WitType } from "../types/mod.ts";
import type { IndexPath, PathPattern } from "./async_host.ts";

/** Deepest index path (faults: path depth). */
export const MAX_PATH_DEPTH = 32;
/** Most patterns of one function. */
const MAX_PATTERNS = 1024;

/** Paths below a type, and whether the type itself is pending at its own path. */
interface Below {
  readonly paths: readonly PathPattern[];
  readonly own: boolean;
}

const NOTHING: Below = { paths: [], own: false };
const known = new WeakMap<WitType, Below>();

/** Whether a future or stream is anywhere in a type. */
export function isAsync(type: WitType | null): boolean {
  const { paths, own } = below(type);
  return own || paths.length > 0;
}

/** Whether the type is, or may hold without a step in the path, a future or stream. */
export function isOwnAsync(type: WitType | null): boolean {
  return below(type).own;
}

/**
 * The paths at which futures and streams of parameters, or of the one result, may be pending.
 *
 * @throws {WrpcError} `path_too_deep` for a path of more than 32 steps, or more than 1024 paths
 */
export function asyncPaths(types: readonly WitType[]): readonly PathPattern[] {
  return indexed(types).paths;
}

/** Whether a path is one of a pattern. */
export function matchesPath(pattern: PathPattern, path: IndexPath): boolean {
  if (pattern.length !== path.length) return false;
  for (let i = 0; i < path.length; i++) {
    const step = pattern[i];
    if (step !== null && step !== path[i]) return false;
  }
  return true;
}

function below(type: WitType | null): Below {
  if (type === null) return NOTHING;
  let found = known.get(type);
  if (found === undefined) known.set(type, found = find(type));
  return found;
}

function find(type: WitType): Below {
  switch (type.kind) {
    case "list":
      return { paths: under(null, below(type.element)), own: false };
    case "option":
      return below(type.some);
    case "result":
      return either([type.ok, type.err]);
    case "variant":
      return either(type.cases.map((one) => one.type));
    case "tuple":
      return indexed(type.members);
    case "record":
      return indexed(type.fields.map((field) => field.type));
    case "future":
      return { paths: below(type.value).paths, own: true };
    case "stream":
      return { paths: under(null, below(type.element)), own: true };
    default:
      return NOTHING;
  }
}

function indexed(types: readonly WitType[]): Below {
  const paths = types.flatMap((type, index) => under(index, below(type)));
  return { paths: checked(paths), own: false };
}

function either(types: readonly (WitType | null)[]): Below {
  const all = types.map(below);
  // Two cases may be pending at one path: only one of them is there at a time.
  const paths = new Map(all.flatMap((one) => one.paths).map((path) => [path.join("."), path]));
  return { paths: checked([...paths.values()]), own: all.some(({ own }) => own) };
}

function under(step: number | null, { paths, own }: Below): PathPattern[] {
  const all = paths.map((path) => [step, ...path]);
  return checked(own ? [[step], ...all] : all);
}

function checked(paths: PathPattern[]): PathPattern[] {
  const deepest = paths.find(({ length }) => length > MAX_PATH_DEPTH);
  if (deepest === undefined && paths.length <= MAX_PATTERNS) return paths;
  const what = deepest === undefined
    ? `${paths.length} futures and streams are more than ${MAX_PATTERNS}`
    : `a future or stream ${deepest.length} steps deep is deeper than ${MAX_PATH_DEPTH}`;
  throw new WrpcError("path_too_deep", "wit", what);
}
