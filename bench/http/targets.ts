import { makeCertificates, opensslVersion } from "../net/certificates.ts";
import { nghttpdVersion, startNghttpd } from "../peers/nghttpd.ts";
import { startNginx } from "../peers/nginx.ts";
import { DOWNLOAD_BYTES, type TargetKind } from "./cases.ts";

/** A server that runs. */
export interface Target {
  readonly url: string;
  readonly port: number;
  /** File with the authority that signed for it, where it speaks TLS. */
  readonly caFile?: string;
  stop(): Promise<void>;
}

/** Why this machine can't have a target, or null; versions of what it takes go into `versions`. */
export async function missingFor(
  kind: TargetKind,
  versions: Record<string, string>,
): Promise<string | null> {
  const programs: Record<string, () => Promise<string | null>> = {
    ...(kind === "secure" || kind === "h2" ? { openssl: opensslVersion } : {}),
    ...(kind === "h2" ? { nghttpd: nghttpdVersion } : {}),
  };
  for (const [name, find] of Object.entries(programs)) {
    const version = await find();
    if (version === null) return `${name} is not on the PATH`;
    versions[name] = version;
  }
  return null;
}

/**
 * Starts a target of one process.
 *
 * @param folder an empty one
 */
export async function startTarget(
  folder: string,
  kind: TargetKind,
  options: { pin: readonly string[]; limitSeconds: number },
): Promise<Target> {
  if (kind === "h2") {
    await makeCertificates(folder);
    await Deno.mkdir(`${folder}/www`);
    await Deno.writeTextFile(`${folder}/www/hello`, "Hello from the other side\n");
    return { ...await startNghttpd(folder, options), caFile: `${folder}/ca.pem` };
  }
  if (kind === "file") {
    await Deno.mkdir(`${folder}/www/files`, { recursive: true });
    await Deno.writeFile(`${folder}/www/files/large`, new Uint8Array(DOWNLOAD_BYTES).fill(0x61));
  }
  const tls = kind === "secure";
  if (tls) await makeCertificates(folder);
  const nginx = await startNginx(folder, { ...options, workers: 1, tls });
  const stop = (): Promise<void> => nginx.stop();
  if (nginx.secure !== null) return { ...nginx.secure, caFile: `${folder}/ca.pem`, stop };
  const path = { plain: "", file: "files/large", upload: "upload", secure: "" }[kind];
  return { url: `${nginx.url}${path}`, port: nginx.port, stop };
}
