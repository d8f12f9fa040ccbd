/**
 * WIT types as data, and the reader of `.wit` texts.
 *
 * Another source of interfaces, as a component's binary, has to make a `WitInterface`:
 * nothing outside this folder knows where one comes from.
 *
 * @module
 */
export { camelCase } from "./names.ts";
export { findInterface, readWit } from "./read_wit.ts";
export type { WitSource } from "./tokens.ts";
export {
  MAX_TYPE_DEPTH,
  type WitCase,
  type WitDocument,
  type WitField,
  type WitFunction,
  type WitInterface,
  type WitPrimitive,
  type WitType,
} from "./types.ts";
