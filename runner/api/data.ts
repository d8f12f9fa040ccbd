/**
 * Data that all virtual users share (k6's `k6/data`, and its global `open` with a type).
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { SharedArray } from "@downpour/downpour/data";
 *
 * const numbers = new SharedArray("numbers", () => [1, 2, 3]);
 * assert.equal(numbers.reduce((sum, number) => sum + number, 0), 6);
 * ```
 *
 * @module
 */
export { open } from "./open.ts";
export { SharedArray, type SharedArrayConstructor } from "./shared_array.ts";
