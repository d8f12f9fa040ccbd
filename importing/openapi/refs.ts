import { decoded } from "../document.ts";
import { field, isRecord, type Place } from "../place.ts";

/** References may lead to references; more than this is a circle. */
const MOST_HOPS = 32;

/** Follows `$ref`s within a document (RFC 6901 pointers). */
export class References {
  readonly #root: Place;
  readonly #outside = new Set<string>();

  /** @param root of the document */
  constructor(root: Place) {
    this.#root = root;
  }

  /** What is wrong with references that lead nowhere, or in circles. */
  get unresolved(): readonly string[] {
    return [...this.#outside];
  }

  /**
   * Where a place's `$ref` leads; the place itself without one, null where it leads nowhere or in a
   * circle.
   */
  follow(place: Place): Place | null {
    let at = place;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const ref = isRecord(at.value) && Object.hasOwn(at.value, "$ref") ? at.value.$ref : undefined;
      if (typeof ref !== "string") return at;
      const next = this.#find(ref);
      if (next === null) {
        this.#outside.add(`${ref.slice(0, 120)} leads nowhere in this document`);
        return null;
      }
      at = next;
    }
    this.#outside.add(`of ${place.path} goes in a circle`);
    return null;
  }

  #find(ref: string): Place | null {
    if (ref !== "#" && !ref.startsWith("#/")) return null;
    let at = this.#root;
    for (const token of ref.split("/").slice(1)) {
      const name = decoded(token).replaceAll("~1", "/").replaceAll("~0", "~");
      at = Array.isArray(at.value)
        ? { ...at, path: `${at.path}[${name}]`, value: at.value[Number(name)] as unknown }
        : field(at, name);
      if (at.value === undefined) return null;
    }
    return at;
  }
}
