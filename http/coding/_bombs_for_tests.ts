import * as zlib from "node:zlib";
import { encodeBytes } from "./mod.ts";

export const MIB = 1024 * 1024;
const BOMB_BYTES = 256 * MIB;

/** Zeros of 256 MiB in a coding, without their memory. */
async function bomb(
  engine: zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress,
): Promise<Uint8Array> {
  const zeros = new Uint8Array(MIB);
  const feed = async () => {
    for (let fed = 0; fed < BOMB_BYTES; fed += zeros.length) {
      await new Promise((resolve) => engine.write(zeros, resolve));
    }
    engine.end();
  };
  const [chunks] = await Promise.all([Array.fromAsync<Uint8Array>(engine), feed()]);
  return new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer());
}

const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } };
/** Little that would become 256 MiB, by its codings. */
export const BOMBS: [codings: string, bytes: Uint8Array][] = [
  ["gzip", await bomb(zlib.createGzip())],
  ["deflate", await bomb(zlib.createDeflate())],
  ["br", await bomb(zlib.createBrotliCompress(quality))],
  ["zstd", await bomb(zlib.createZstdCompress())],
];
const [[, gzip]] = BOMBS as [[string, Uint8Array]];
BOMBS.push(["gzip, gzip", await encodeBytes(gzip, "gzip")]);
BOMBS.push(["gzip, zstd, br", await encodeBytes(gzip, "zstd, br")]);
