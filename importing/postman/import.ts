import { baseName, readJson, tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import type { ImportOptions } from "../imported.ts";
import { LIMITS } from "../limits.ts";
import { field, isRecord, items, type Place, textOr, wrong } from "../place.ts";
import type { FileDefinition, GroupStep, ScriptPlan, Step } from "../script/plan.ts";
import { Definitions } from "../script/secrets.ts";
import { Targets } from "../targets.ts";
import { type CollectionItem, itemStep } from "./request.ts";
import { readUrl } from "./url.ts";
import { Variables } from "./variables.ts";

/** A folder or a request. */
type Node = CollectionItem | { readonly folder: string; readonly nodes: readonly Node[] };

/** Collections are trees, but nobody's are this deep. */
const MOST_FOLDERS = 20;

/** The script of a Postman collection, v2.1 (2.0 too). @throws {ImportError} */
export function importPostman(file: string, text: string, options: ImportOptions): ScriptPlan {
  const read = readJson(file, text);
  // Exports of Postman's API have it one level down.
  const inner = field(read, "collection");
  const root = isRecord(inner.value) ? inner : read;
  checkSchema(root);
  const notes = new Set<string>();
  const note = (line: string) => notes.add(line);
  const definitions = new Definitions(options.keepSecrets ?? false);
  const variables = new Variables(field(root, "variable"), definitions, note);
  const found: CollectionItem[] = [];
  const walk = (list: Place, auth: Place, depth: number): Node[] => {
    if (depth > MOST_FOLDERS) {
      throw tooLarge(file, `${list.path} is too deep`, `at most ${MOST_FOLDERS} folders`);
    }
    return items(list).map((item): Node => {
      noteScripts(item, note);
      const name = textOr(field(item, "name"), "");
      const own = field(item, "auth");
      const inherited = isRecord(own.value) ? own : auth;
      if (field(item, "item").value !== undefined) {
        return { folder: name, nodes: walk(field(item, "item"), inherited, depth + 1) };
      }
      const request = requestOf(field(item, "request"));
      const ownAuth = field(request, "auth");
      const one: CollectionItem = {
        name,
        request,
        item,
        url: readUrl(field(request, "url"), variables),
        auth: isRecord(ownAuth.value) ? ownAuth : inherited,
      };
      found.push(one);
      if (found.length > LIMITS.requests) {
        throw tooLarge(file, "has too many requests", `at most ${LIMITS.requests}`);
      }
      return one;
    });
  };
  noteScripts(root, note);
  const list = field(root, "item");
  if (!Array.isArray(list.value)) throw wrong(list, "a list of requests and folders");
  const nodes = walk(list, field(root, "auth"), 0);
  if (found.length === 0) {
    throw new ImportError("import_empty", file, {
      place: list.path,
      problem: "has no requests",
      expected: "at least one request",
    });
  }
  const targets = new Targets(found.map(({ url }) => url.parsed), definitions);
  const files = new Map<string, FileDefinition>();
  const setting = {
    variables,
    definitions,
    note,
    file(path: string): FileDefinition {
      const known = files.get(path) ?? { kind: "file", path, binary: true };
      files.set(path, known);
      return known;
    },
  };
  const stepOf = (node: Node): Step =>
    "folder" in node
      ? {
        kind: "group",
        name: node.folder,
        steps: node.nodes.filter(hasRequests).map(stepOf),
      } satisfies GroupStep
      : itemStep(node, targets, setting);
  const name = textOr(field(field(root, "info"), "name"), "");
  return {
    title: `${baseName(file)} (Postman collection ${name})`,
    target: targets.main,
    client: new Map(),
    options: new Map(),
    steps: nodes.filter(hasRequests).map(stepOf),
    notes: [...notes],
  };
}

function checkSchema(root: Place): void {
  const info = field(root, "info");
  if (!isRecord(info.value)) throw wrong(info, "a Postman collection v2.1");
  const schema = field(info, "schema");
  if (typeof schema.value === "string" && /\/v2\.[01]\./.test(schema.value)) return;
  throw wrong(schema, "the schema of collection v2.1: export it as that");
}

/** A request may be its URL alone. */
function requestOf(place: Place): Place {
  if (typeof place.value === "string") return { ...place, value: { url: place.value } };
  if (!isRecord(place.value)) throw wrong(place, "a request");
  return place;
}

function hasRequests(node: Node): boolean {
  return !("folder" in node) || node.nodes.some(hasRequests);
}

/** Scripts of Postman are for its own sandbox. */
function noteScripts(item: Place, note: (text: string) => void): void {
  const list = field(item, "event");
  for (const event of Array.isArray(list.value) ? items(list) : []) {
    const { value: exec } = field(field(event, "script"), "exec");
    const lines = (Array.isArray(exec) ? exec : String(exec ?? "").split("\n"))
      .filter((line) => String(line).trim() !== "").length;
    if (lines === 0) continue;
    const when = field(event, "listen").value === "test" ? "test script" : "pre-request script";
    const name = field(item, "name").value ?? field(field(item, "info"), "name").value ?? item.path;
    note(`${when} of ${String(name)} (${lines} ${lines === 1 ? "line" : "lines"})`);
  }
}
