import { pemText } from "./pem.ts";
import type { PemSource, TlsOptions } from "./options.ts";

/** `TlsOptions` whose PEM texts are all read. */
export type ReadTlsOptions = Omit<TlsOptions, "caCerts" | "cert" | "key"> & {
  caCerts?: readonly (string | Uint8Array)[];
  cert?: string | Uint8Array;
  key?: string | Uint8Array;
};

/** Reads the files among the certificates and keys of `options`. @throws {OptionError} as `checkTlsOptions` */
export async function readPemFiles(options: TlsOptions): Promise<ReadTlsOptions> {
  const { caCerts, cert, key, ...rest } = options;
  const read: ReadTlsOptions = { ...rest };
  if (caCerts !== undefined) {
    read.caCerts = await Promise.all(
      caCerts.map((source, index) => textOf(`tls.caCerts[${index}]`, source, "certificate")),
    );
  }
  if (cert !== undefined) read.cert = await textOf("tls.cert", cert, "certificate");
  if (key !== undefined) read.key = await textOf("tls.key", key, "private key");
  return read;
}

/** Whether a PEM text has to be read first. */
export function isPemFile(source: unknown): source is { text(): Promise<string> } {
  return typeof source === "object" && source !== null && "text" in source &&
    typeof source.text === "function";
}

async function textOf(
  option: string,
  source: PemSource,
  kind: "certificate" | "private key",
): Promise<string | Uint8Array> {
  return isPemFile(source) ? pemText(option, await source.text(), kind) : source;
}
