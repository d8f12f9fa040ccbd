/**
 * Scripts as archives: one tar file with the script, its local modules, what it opens while it
 * loads, its options, and what its imports resolve by.
 *
 * @module
 */
export { type Packed, packScript } from "./pack.ts";
export { ArchiveError } from "./tar_header.ts";
export { type Unpacked, unpackScript } from "./unpack.ts";
