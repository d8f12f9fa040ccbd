import { ArchiveError, BLOCK, encodeHeader, LIMITS } from "./tar_header.ts";

/** What goes into an archive: a file from elsewhere, or a text. */
export type Member =
  & { readonly path: string }
  & ({ readonly from: string } | { readonly text: string });

/**
 * Writes an archive, to a new file that then takes the name `to`.
 *
 * @returns its size in bytes
 * @throws {ArchiveError} for too many or too large files, one that changes meanwhile, and long paths
 */
export async function writeTar(to: string, members: readonly Member[]): Promise<number> {
  if (members.length > LIMITS.files) {
    throw new ArchiveError(`an archive holds ${LIMITS.files} files, not ${members.length}`);
  }
  const temporary = `${to}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    const size = await write(temporary, members);
    await Deno.rename(temporary, to);
    return size;
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function write(to: string, members: readonly Member[]): Promise<number> {
  using file = await Deno.open(to, { write: true, createNew: true });
  let written = 0;
  const put = async (bytes: Uint8Array) => {
    if (written + bytes.length > LIMITS.bytes) {
      throw new ArchiveError(`an archive holds ${LIMITS.bytes / 2 ** 20} MiB, and this is more`);
    }
    written += bytes.length;
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  };
  for (const member of members) {
    if ("text" in member) await putText(member, put);
    else await putFile(member, put);
  }
  await put(new Uint8Array(2 * BLOCK));
  return written;
}

async function putText(
  { path, text }: { readonly path: string; readonly text: string },
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await put(encodeHeader({ path, size: bytes.length }));
  await put(bytes);
  await put(padding(bytes.length));
}

async function putFile(
  { path, from }: { readonly path: string; readonly from: string },
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  using source = await Deno.open(from);
  const { size } = await source.stat();
  await put(encodeHeader({ path, size }));
  let left = size;
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const read = await source.read(buffer);
    if (read === null) break;
    left -= read;
    if (left < 0) break;
    await put(buffer.subarray(0, read));
  }
  if (left !== 0) throw new ArchiveError(`${from} changed while it was archived`);
  await put(padding(size));
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - size % BLOCK) % BLOCK);
}
