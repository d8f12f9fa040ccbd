import { fileSink } from "../_file.ts";

/**
 * Run where files may have 4 MiB: writes six times a megabyte, then a few bytes, and prints what
 * was refused, how, and the size of the file in the end.
 */
const path = Deno.args[0]!;
const file = fileSink(path);
await file.open();
const refused: string[] = [];
for (const bytes of [...Array(6).fill(1_000_000), 100]) {
  const payload = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) {
    crypto.getRandomValues(payload.subarray(at, at + 65_536));
  }
  await file.write(payload).catch((error) =>
    refused.push(`${bytes} ${error.code} ${error.message}`)
  );
}
await file.close().catch((error) => refused.push(`close ${error.code} ${error.message}`));
console.log(JSON.stringify({ refused, size: (await Deno.stat(path)).size }));
