/**
 * Files for load scripts: streamed, or shared in memory by all virtual users of a process.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { open } from "@downpour/downpour/file";
 *
 * const folder = await Deno.makeTempDir();
 * const path = `${folder}/greeting.txt`;
 *
 * const log = await open(path, { mode: "append" });
 * for (const text of ["Hello", " world"]) {
 *   await new Blob([text]).stream().pipeTo(log.writable);
 * }
 *
 * const file = await open(path);
 * assert.equal(await file.text(), "Hello world");
 * for (let iteration = 0; iteration < 2; iteration++) {
 *   assert.equal(await new Response(file.readable).text(), "Hello world");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { open, type OpenOptions } from "./open.ts";
export { FileHandle, type FileMode } from "./handle.ts";
export { FileError, type FileErrorCode, type FilePhase } from "./errors.ts";
export { DownpourError, OptionError } from "../internal/mod.ts";
