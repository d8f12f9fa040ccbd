/** A process that is no shard: what it does is said by its first byte of input, if it reads any. */
const write = async (bytes: number[]) => {
  await Deno.stdout.write(new Uint8Array(bytes));
};
const kind = Deno.args[0] ?? new URL(import.meta.url).searchParams.get("kind");

switch (kind) {
  case "text":
    await write([...new TextEncoder().encode("Listening on http://0.0.0.0/\n")]);
    break;
  case "oversized":
    await write([255, 255, 255, 255, 1, 0]);
    break;
  case "json":
    await write([0, 0, 0, 3, 1, 123, 123]);
    break;
  case "event":
    await write([0, 0, 0, 3, 1, 123, 125]);
    break;
  case "delta":
    await write([0, 0, 0, 7, 2, 0, 0, 0, 2, 123, 125]);
    break;
  case "partial":
    await write([0, 0, 0, 9, 1]);
    Deno.exit(0);
    break;
  case "stderr":
    console.error("first\nsecond\nthird\nfourth\n" + "x".repeat(5000));
    Deno.exit(3);
}
// Hangs until it is killed.
await new Promise(() => setInterval(() => {}, 1000));
