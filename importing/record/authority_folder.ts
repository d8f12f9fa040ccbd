import { DownpourError } from "../../internal/mod.ts";
import { type Authority, makeAuthority, readAuthority } from "./certificate.ts";

/** An authority, where it is kept, and whether it is new. */
export interface KeptAuthority {
  readonly authority: Authority;
  /** Its certificate: what is to be trusted. */
  readonly certPath: string;
  readonly isNew: boolean;
}

/**
 * The authority of a folder, made on first use: the key is for nobody but its owner to read.
 *
 * @throws {DownpourError} `authority_failed` when the folder can't be used
 */
export async function authorityOf(folder: string): Promise<KeptAuthority> {
  const certPath = `${folder}/ca.pem`;
  const keyPath = `${folder}/ca.key`;
  try {
    const kept = await read(certPath, keyPath);
    if (kept !== null) {
      return { authority: await readAuthority(kept), certPath, isNew: false };
    }
    const made = await makeAuthority();
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(keyPath, made.key, { mode: 0o600, createNew: true });
    await Deno.writeTextFile(certPath, made.cert, { createNew: true });
    return { authority: await readAuthority(made), certPath, isNew: true };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DownpourError(
      "authority_failed",
      `cannot use the certificate authority in ${folder}: ${why} (remove the folder to make a new one)`,
      { cause },
    );
  }
}

/** Both files; null when neither is there. */
async function read(
  certPath: string,
  keyPath: string,
): Promise<{ cert: string; key: string } | null> {
  const text = (path: string) =>
    Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
  const [cert, key] = [await text(certPath), await text(keyPath)];
  if (cert === null && key === null) return null;
  if (cert === null || key === null) throw new Error("one of ca.pem and ca.key is missing");
  return { cert, key };
}
