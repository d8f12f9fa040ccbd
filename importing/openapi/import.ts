import { baseName, readYaml, tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import type { ImportOptions } from "../imported.ts";
import { LIMITS } from "../limits.ts";
import { field, fields, isRecord, items, type Place, wrong } from "../place.ts";
import type { GroupStep, RequestStep, ScriptPlan } from "../script/plan.ts";
import { Definitions } from "../script/secrets.ts";
import { type Operation, operationStep } from "./operation.ts";
import { References } from "./refs.ts";

const METHODS = ["get", "head", "options", "post", "put", "patch", "delete"];
const EXPECTED = "OpenAPI 3.0 or 3.1";

/** The script of an OpenAPI document, as JSON or YAML. @throws {ImportError} */
export async function importOpenApi(
  file: string,
  text: string,
  options: ImportOptions,
): Promise<ScriptPlan> {
  const root = await readYaml(file, text);
  checkVersion(root);
  const refs = new References(root);
  const definitions = new Definitions(options.keepSecrets ?? false);
  const notes = new Set<string>();
  const { origin, prefix } = serverOf(root, notes);
  const setting = { root, refs, definitions, prefix, note: (note: string) => notes.add(note) };
  const groups = new Map<string, RequestStep[]>();
  let count = 0;
  for (const operation of operationsOf(root, refs, notes)) {
    if (++count > LIMITS.requests) {
      throw tooLarge(file, "has too many operations", `at most ${LIMITS.requests}`);
    }
    const tag = tagOf(operation);
    const steps = groups.get(tag) ?? [];
    steps.push(operationStep(operation, setting));
    groups.set(tag, steps);
  }
  if (count === 0) {
    throw new ImportError("import_empty", file, {
      place: "paths",
      problem: "has no operations",
      expected: "at least one path with a method such as get",
    });
  }
  for (const ref of refs.unresolved) notes.add(`$ref ${ref}`);
  const steps = [...groups].map(([name, steps]): GroupStep => ({ kind: "group", name, steps }));
  return {
    title: `${baseName(file)} (${titleOf(root)})`,
    target: origin,
    client: new Map(),
    options: new Map(),
    // One group of all is no group.
    steps: steps.length === 1 ? steps[0]!.steps : steps,
    notes: [...notes],
  };
}

function checkVersion(root: Place): void {
  const version = field(root, "openapi");
  if (typeof version.value === "string" && /^3\.[01](\.|$)/.test(version.value)) return;
  const swagger = field(root, "swagger");
  if (swagger.value !== undefined) throw wrong(swagger, `${EXPECTED}: convert Swagger 2 first`);
  throw wrong(version, EXPECTED);
}

function titleOf(root: Place): string {
  const info = field(root, "info");
  const words = ["title", "version"].map((name) => field(info, name).value)
    .filter((value) => typeof value === "string" || typeof value === "number");
  return `OpenAPI ${String(field(root, "openapi").value)}: ${words.join(" ")}`;
}

/** The first server; relative ones are of the script's target. */
function serverOf(root: Place, notes: Set<string>): { origin: string; prefix: string } {
  const servers = field(root, "servers");
  const [server] = Array.isArray(servers.value) ? items(servers) : [];
  const given = server === undefined ? "/" : field(server, "url").value;
  const text = typeof given === "string" ? given : "/";
  const url = text.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = field(field(server!, "variables"), name);
    const value = field(variable, "default").value;
    return typeof value === "string" || typeof value === "number" ? String(value) : "x";
  });
  const parsed = URL.parse(url, "http://127.0.0.1:8000");
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    notes.add(`server ${url}: not an http: or https: URL`);
    return { origin: "http://127.0.0.1:8000", prefix: "" };
  }
  return { origin: parsed.origin, prefix: parsed.pathname.replace(/\/+$/, "") };
}

function* operationsOf(root: Place, refs: References, notes: Set<string>): Generator<Operation> {
  for (const [path, place] of fields(field(root, "paths"))) {
    if (path.startsWith("x-")) continue;
    if (!path.startsWith("/")) {
      throw new ImportError("import_invalid", root.file, {
        place: place.path,
        problem: "is no path",
        expected: "paths that begin with a slash",
      });
    }
    const item = refs.follow(place);
    if (item === null || !isRecord(item.value)) continue;
    for (const method of METHODS) {
      const operation = field(item, method);
      if (operation.value === undefined) continue;
      if (!isRecord(operation.value)) throw wrong(operation, "an operation");
      const name = method.toUpperCase();
      if (field(operation, "deprecated").value === true) {
        notes.add(`${name} ${path}: deprecated`);
        continue;
      }
      yield { method: name, path, item, place: operation };
    }
  }
}

/** The first tag, or the first part of the path. */
function tagOf({ path, place }: Operation): string {
  const tags = field(place, "tags").value;
  const [tag]: unknown[] = Array.isArray(tags) ? tags : [];
  return typeof tag === "string" && tag.trim() !== "" ? tag : path.split("/")[1] || "/";
}
