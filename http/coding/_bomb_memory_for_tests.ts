/** Prints how many bytes the process grows by when bombs are decoded up to 1 MiB. */
import { BOMBS, MIB } from "./_bombs_for_tests.ts";
import { decodeBytes, decodeStream } from "./mod.ts";

const grown: Record<string, number> = {};

async function measure(what: string, decode: () => Promise<unknown>): Promise<void> {
  const before = Deno.memoryUsage().rss;
  await decode().then(() => Promise.reject(new Error(`${what} has no limit`)), () => {});
  grown[what] = Deno.memoryUsage().rss - before;
}

for (const [codings, bytes] of BOMBS) {
  await measure(`${codings} at once`, () => decodeBytes(bytes, codings, MIB));
  await measure(`${codings} as a stream`, async () => {
    for await (const _ of decodeStream(new Blob([bytes.slice()]).stream(), codings, MIB));
  });
}
console.log(JSON.stringify(grown));
