/**
 * The guest loop, in a process of its own: `parser_client.ts SECONDS`. Prints its figure as JSON.
 *
 * @module
 */
import { measureParserLoop } from "./parser_loop.ts";

console.log(JSON.stringify(await measureParserLoop(Number(Deno.args[0]))));
