/**
 * `downpour parser`: packet parsers from a first file to a module that is known to keep the contract.
 *
 * @module
 */
export { parserCommand } from "./command.ts";
export { type ParserFlags, parserOptions } from "./options.ts";
