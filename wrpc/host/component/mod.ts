/**
 * Reads what a component exports from its binary, so that it can be served without its WIT.
 *
 * @module
 */
export { type ComponentShape, readComponent } from "./read_component.ts";
