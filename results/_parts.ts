import type { Metric, Tags } from "../metrics/mod.ts";
import { OTHER } from "./record.ts";

/** Most parts of one kind: more would be looked at by nobody and kept for every step. */
export const MAX_PARTS = 50;

/** A way to take the load apart: by a tag, and another that belongs to its name. */
interface Kind {
  readonly tag: string;
  readonly also?: string;
  /** Whether a metric is kept apart by it. */
  readonly of: (metric: Metric) => boolean;
}

/** What durations are made of is kept of the whole load only. */
const PHASES = /_(blocked|connecting|looking_up|lookup|tls_handshaking|sending|waiting|receiving)$/;
const COUNTED = (metric: Metric) => metric.type === "counter";
const MAIN = (metric: Metric) => metric.type !== "gauge" && !PHASES.test(metric.name);

const KINDS: readonly Kind[] = [
  { tag: "scenario", of: MAIN },
  { tag: "name", also: "method", of: MAIN },
  { tag: "status", of: COUNTED },
  { tag: "error_code", of: COUNTED },
  { tag: "proto", of: MAIN },
  { tag: "check", of: MAIN },
  { tag: "subject", of: MAIN },
  { tag: "endpoint", of: MAIN },
  { tag: "transport", of: MAIN },
];

/** A part of the load, as tags; the same object for the same part. */
export type Part = Readonly<Record<string, string>>;

/** Says which parts of the load a series belongs to. */
export class Parts {
  readonly #known = new Map<string, Map<string, Part>>(KINDS.map(({ tag }) => [tag, new Map()]));

  /** The parts beside the whole of a metric's samples with these tags. */
  of(metric: Metric, tags: Tags): Part[] {
    const parts: Part[] = [];
    for (const kind of KINDS) {
      const value = tags.get(kind.tag);
      if (value !== undefined && kind.of(metric)) parts.push(this.#part(kind, value, tags));
    }
    return parts;
  }

  #part({ tag, also }: Kind, value: string, tags: Tags): Part {
    const second = also === undefined ? undefined : tags.get(also);
    const known = this.#known.get(tag)!;
    const key = second === undefined ? value : `${second} ${value}`;
    const part = known.get(key);
    if (part !== undefined) return part;
    if (known.size >= MAX_PARTS) return this.#other(tag, known);
    const made = { [tag]: value, ...(second === undefined ? {} : { [also!]: second }) };
    known.set(key, made);
    return made;
  }

  #other(tag: string, known: Map<string, Part>): Part {
    // No value of a tag is empty and has no method: the key is free.
    const other = known.get("") ?? { [tag]: OTHER };
    known.set("", other);
    return other;
  }
}
