import { OptionError } from "../internal/mod.ts";
import { isBytes } from "./read_component.ts";
import {
  findInterface,
  readWit,
  type WitDocument,
  type WitInterface,
  type WitSource,
} from "./types/mod.ts";

/**
 * Where an interface may come from: texts, or what `readWit` read from texts and `readComponent` from
 * a component.
 */
export type WitInput = string | readonly WitSource[] | WitDocument | WitInterface;

/**
 * The interface that options mean.
 *
 * @throws {WrpcError} `wit_invalid`
 * @throws {OptionError} when no name says which, or for bytes: those of a component are read before
 */
export function readInterface(wit: WitInput, name: string | undefined): WitInterface {
  if (isInterface(wit)) return wit;
  if (isBytes(wit)) {
    throw new OptionError(
      "wit",
      "wit is bytes: give a component as await wrpc.readComponent(bytes)",
    );
  }
  const document = isDocument(wit) ? wit : readWit(wit);
  if (name !== undefined) return findInterface(document, name);
  const [first, ...others] = document.interfaces.values();
  if (first !== undefined && others.length === 0) return first;
  const known = [...document.interfaces.keys()].join(", ") || "none";
  throw new OptionError("interface", `interface says which of the WIT's is meant: ${known}`);
}

function isInterface(wit: WitInput): wit is WitInterface {
  return typeof wit === "object" && "functions" in wit;
}

function isDocument(wit: WitInput): wit is WitDocument {
  return typeof wit === "object" && "interfaces" in wit;
}
