import type { Family } from "../data/families.ts";
import type { PageData } from "../data/types.ts";

/** What the parts of the page show at a moment. */
export interface View {
  readonly data: PageData;
  /** The protocol whose numbers tiles and charts show. */
  readonly family: Family;
}

/** A part of the page. */
export interface Part {
  readonly element: HTMLElement;
  update(view: View): void;
}

/** What the parts can ask for that the page alone can do. */
export interface Actions {
  /** Shows one row closer. */
  open(key: string): void;
  /** Shows another protocol's numbers. */
  choose(family: string): void;
}
