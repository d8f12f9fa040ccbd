import { WrpcError } from "../errors.ts";
import { parse } from "./_parse.ts";
import { instanceName, type Placed, Resolver } from "./_resolve.ts";
import type { PackageDecl } from "./_syntax.ts";
import { witError, type WitSource } from "./tokens.ts";
import type { WitDocument, WitInterface } from "./types.ts";

/** Most texts of one call of `readWit`. */
const MAX_SOURCES = 256;

/**
 * Reads `.wit` texts that know each other: packages, interfaces, types, functions, resources, `use`
 * and comments. Worlds and feature gates are skipped; they say nothing about what is sent.
 *
 * A text without `package` belongs to the package of the first text that names one.
 *
 * @param sources one text, or named ones: the names are for messages
 * @throws {WrpcError} `wit_invalid`, with `name:line:column` in front
 */
export function readWit(sources: string | readonly WitSource[]): WitDocument {
  const list = typeof sources === "string" ? [{ name: "wit", text: sources }] : sources;
  if (list.length > MAX_SOURCES) {
    throw new WrpcError("wit_invalid", "wit", `${list.length} texts are more than ${MAX_SOURCES}`);
  }
  const packages = list.flatMap(parse);
  const placed = place(packages);
  const resolver = new Resolver(placed);
  const interfaces = new Map<string, WitInterface>();
  for (const [name, one] of placed) interfaces.set(name, resolver.resolve(one));
  return { interfaces };
}

/** All interfaces by their instance names. */
function place(packages: readonly PackageDecl[]): Map<string, Placed> {
  const main = packages.find(({ pkg }) => pkg !== null)?.pkg ?? null;
  const placed = new Map<string, Placed>();
  for (const { pkg, interfaces } of packages) {
    for (const decl of interfaces) {
      const start = { line: 1, column: 1 };
      const of = pkg ?? main;
      if (of === null) {
        throw witError(decl.source, start, "no text names its package: package name:space@0.1.0;");
      }
      const name = instanceName(of, decl.name);
      if (placed.has(name)) throw witError(decl.source, start, `${name} is defined twice`);
      placed.set(name, { pkg: of, decl });
    }
  }
  return placed;
}

/**
 * An interface of a document by its instance name, or by as much of it as leaves no doubt:
 * `blaster`, `xk6:wrpc/blaster`, `xk6:wrpc/blaster@0.0.1`.
 *
 * @throws {WrpcError} `wit_invalid` when there is none, or more than one
 */
export function findInterface({ interfaces }: WitDocument, name: string): WitInterface {
  const exact = interfaces.get(name);
  if (exact !== undefined) return exact;
  const found = [...interfaces.values()].filter((one) => {
    const unversioned = one.name.replace(/@.*$/, "");
    return name === unversioned || name === unversioned.slice(unversioned.indexOf("/") + 1);
  });
  if (found.length === 1) return found[0]!;
  const known = [...interfaces.keys()].join(", ") || "none";
  const which = found.length === 0 ? "no" : "more than one";
  throw new WrpcError("wit_invalid", "wit", `${which} interface ${name}, the WIT has ${known}`);
}
