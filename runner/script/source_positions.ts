import { SourceMap } from "node:module";

/** A place in a user's file: 1-based line and column. */
export interface SourcePosition {
  /** Absolute path, or URL for what is not a file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds where a place of the bundle comes from. The map is read when first asked: errors are rare. */
export class SourcePositions {
  readonly #json: string;
  #map: SourceMap | null | undefined;

  constructor(json: string) {
    this.#json = json;
  }

  /** The original of a 1-based place of the bundle, or null when no user file made it. */
  find(line: number, column: number): SourcePosition | null {
    if (this.#map === undefined) this.#map = read(this.#json);
    const entry = this.#map?.findEntry(line - 1, column - 1);
    if (!entry || !("originalSource" in entry) || !entry.originalSource) return null;
    // An entry covers what follows it, but not lines that have no mapping of their own.
    if (entry.generatedLine !== line - 1) return null;
    return {
      file: entry.originalSource,
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }
}

function read(json: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(json));
  } catch {
    return null;
  }
}
