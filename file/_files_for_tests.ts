/** Calls `test` with the path of a folder that goes afterwards. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Descriptors of this process that are open on files below `folder`. */
export async function descriptorsIn(folder: string): Promise<number> {
  const script = `ls -l /proc/${Deno.pid}/fd | grep -c -- "-> $0/" || true`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script, folder] }).output();
  return Number(new TextDecoder().decode(stdout));
}

/** Writes a file of `size` bytes, most of them not on the disk. */
export async function sparseFile(path: string, size: number): Promise<void> {
  using file = await Deno.create(path);
  await file.truncate(size);
}

/** A stream of these chunks. */
export function streamOf(chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(
    chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk),
  );
}
