import { describeError, type DownpourError } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import type { Chunks } from "./_chunks.ts";
import { Pump } from "./_pump.ts";
import { decompressor, type Format, type ZlibModule } from "./_zlib.ts";
import type { Coding } from "./codings.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/**
 * Undoes one coding, no faster than its output is taken. No bytes at all are the coding of none.
 *
 * @throws {HttpError} `decode_failed`; what `source` throws passes as it is
 */
export async function* undo(zlib: ZlibModule, coding: Coding, source: Chunks): AsyncGenerator<
  Uint8Array
> {
  let pump: Pump | undefined;
  try {
    const check = CHECKS[coding](coding);
    let given = 0;
    let made = 0;
    for await (const chunk of coding === "deflate" ? withFormat(source) : source) {
      if (chunk.length === 0) continue;
      pump ??= new Pump(decompressor(zlib, formatOf(coding, chunk)));
      for (const run of check.runs(chunk)) {
        for await (const piece of reporting(coding, pump.put(run))) {
          made += piece.length;
          yield piece;
        }
        given += run.length;
        if (pump.taken < given) throw trailing(coding);
      }
    }
    if (pump === undefined) return;
    for await (const piece of reporting(coding, check.end(pump, given))) {
      made += piece.length;
      yield piece;
    }
    check.made?.(made);
  } finally {
    pump?.close();
  }
}

/** What a coding needs checked that its engine in `node:zlib` doesn't. */
interface Check {
  /** The pieces of a chunk to put into the engine one by one. */
  runs(chunk: Uint8Array): Iterable<Uint8Array>;
  /** Ends the input and gives what is left. @throws when the input was cut off */
  end(pump: Pump, given: number): AsyncIterable<Uint8Array>;
  /** Told how many bytes came out in all. @throws when it should have been others */
  made?(bytes: number): void;
}

/** Engines of zlib notice themselves that input was cut off, and go on to the next gzip member. */
function zlibCheck(): Check {
  return { runs: (chunk) => [chunk], end: (pump) => pump.end() };
}

/** The engine ends silently inside a stream: only one that is whole leaves another byte untaken. */
function brotliCheck(coding: Coding): Check {
  return {
    runs: (chunk) => [chunk],
    async *end(pump, given) {
      yield* pump.put(new Uint8Array(1));
      if (pump.taken !== given) throw cutOff(coding);
    },
  };
}

/**
 * The engine ends silently inside a frame, drops what follows one in the same piece of input, and may
 * miss that a frame doesn't hold what it says.
 */
function zstdCheck(coding: Coding): Check {
  const frames = new ZstdFrames();
  return {
    *runs(chunk) {
      for (let at = 0; at < chunk.length;) {
        let end: number;
        try {
          end = frames.next(chunk, at);
        } catch (error) {
          throw corrupt(coding, error);
        }
        yield chunk.subarray(at, at = end);
      }
    },
    async *end(pump) {
      if (!frames.whole) throw cutOff(coding);
      yield* pump.end();
    },
    made(bytes) {
      const { declared } = frames;
      if (declared === undefined || declared === bytes) return;
      throw corrupt(coding, new Error(`frames of ${declared} bytes hold ${bytes}`));
    },
  };
}

const CHECKS: Readonly<Record<Coding, (coding: Coding) => Check>> = {
  gzip: zlibCheck,
  deflate: zlibCheck,
  br: brotliCheck,
  zstd: zstdCheck,
};

/** Holds back the first byte until the second is there: together they tell the format of deflate. */
async function* withFormat(source: Chunks): Chunks & AsyncGenerator<Uint8Array> {
  let first: Uint8Array | null = null;
  let told = false;
  for await (const chunk of source) {
    if (told) yield chunk;
    else if (first === null && chunk.length < 2) first = chunk.length === 0 ? null : chunk;
    else {
      told = true;
      yield first === null ? chunk : new Uint8Array([...first, ...chunk]);
    }
  }
  if (!told && first !== null) yield first;
}

/**
 * Servers send raw deflate for `deflate` where RFC 9110 (section 8.4.1.2) means the zlib format,
 * whose two bytes of header (RFC 1950, section 2.2) raw deflate has no use for.
 */
export function formatOf(coding: Coding, start: Uint8Array): Format {
  if (coding !== "deflate" || start.length < 2) return coding;
  const [method, flags] = start as unknown as [number, number];
  const header = (method & 0x0f) === 8 && method >> 4 <= 7 && (method << 8 | flags) % 31 === 0;
  return header ? "deflate" : "deflate-raw";
}

async function* reporting(coding: Coding, output: Chunks): AsyncGenerator<Uint8Array> {
  try {
    yield* output;
  } catch (error) {
    throw error instanceof HttpError ? error : corrupt(coding, error);
  }
}

/** A body that isn't what its coding says. */
export function corrupt(coding: Coding, cause: unknown): DownpourError {
  if (cause instanceof Error && "code" in cause && cause.code === "Z_BUF_ERROR") {
    return cutOff(coding);
  }
  return failed(`response body is not valid ${coding}: ${describeError(cause)}`, cause);
}

/** A body that ends too early. */
export function cutOff(coding: Coding): DownpourError {
  return failed(`response body is cut off: its ${coding} data has no end`);
}

/** A body that goes on behind its end. */
export function trailing(coding: Coding): DownpourError {
  return failed(`response body goes on behind the end of its ${coding} data`);
}

function failed(message: string, cause?: unknown): DownpourError {
  return new HttpError("decode_failed", "body", message, cause);
}
