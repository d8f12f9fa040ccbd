import type * as Zlib from "node:zlib";
import type { Coding } from "./codings.ts";

/** The module `node:zlib`. */
export type ZlibModule = typeof Zlib;

/** What a coding is to `node:zlib`; raw deflate has no name of its own in HTTP. */
export type Format = Coding | "deflate-raw";

/** A compressor or decompressor of `node:zlib`. */
export type Engine = Zlib.Gunzip | Zlib.BrotliDecompress | Zlib.ZstdDecompress;

let loaded: ZlibModule | undefined;

/** Loads `node:zlib`, which takes tens of milliseconds: only where something is coded. */
export async function loadZlib(): Promise<ZlibModule> {
  return loaded ??= await import("node:zlib");
}

/** Size of the pieces that engines give, in bytes. */
const chunkSize = 64 * 1024;

/** A window of 8 MiB is the most that a zstd body may need (RFC 9659). */
const MOST_ZSTD_WINDOW_LOG = 23;

/** Options of one-shot decompression of zstd. */
export function zstdOptions({ constants }: ZlibModule): Zlib.ZstdOptions {
  return { params: { [constants.ZSTD_d_windowLogMax]: MOST_ZSTD_WINDOW_LOG } };
}

/** An engine that undoes a coding. */
export function decompressor(zlib: ZlibModule, format: Format): Engine {
  switch (format) {
    case "gzip":
      return zlib.createGunzip({ chunkSize });
    case "deflate":
      return zlib.createInflate({ chunkSize });
    case "deflate-raw":
      return zlib.createInflateRaw({ chunkSize });
    case "br":
      // Deno 2.9 prints "leaking memory block of length …" to stdout for some corrupt data.
      return zlib.createBrotliDecompress({ chunkSize });
    case "zstd":
      return zlib.createZstdDecompress({ chunkSize, ...zstdOptions(zlib) });
  }
}

/** Brotli's own default, 11, takes a hundred times as long as this one. */
const BROTLI_QUALITY = 4;

/** An engine that applies a coding, at a level that balances size and time. */
export function compressor(zlib: ZlibModule, coding: Coding): Engine {
  switch (coding) {
    case "gzip":
      return zlib.createGzip({ chunkSize });
    case "deflate":
      return zlib.createDeflate({ chunkSize });
    case "br":
      return zlib.createBrotliCompress({
        chunkSize,
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
      });
    case "zstd":
      return zlib.createZstdCompress({ chunkSize });
  }
}
