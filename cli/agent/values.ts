import { OptionError, parseDurationMs } from "../../internal/mod.ts";
import type { AgentSecurity } from "../../agent/mod.ts";
import { commaList, wholeNumber } from "../values.ts";
import type { ServerFlags } from "./options.ts";

const MIB = 1024 ** 2;

/** A duration, which may be nothing, milliseconds. @throws {OptionError} */
export function restMs(option: string, text: string): number {
  return /^0+$/.test(text) ? 0 : parseDurationMs(text, option);
}

/** Numbers among flags: those that are given, under the names that they have inside. @throws {OptionError} */
export function numbers<T extends string>(
  given: Readonly<Record<T, readonly [option: string, text: string | undefined, unit?: number]>>,
): Partial<Record<T, number>> {
  const entries = Object.entries(given) as [T, readonly [string, string | undefined, number?]][];
  return Object.fromEntries(
    entries.flatMap(([name, [option, text, unit = 1]]) =>
      text === undefined ? [] : [[name, wholeNumber(option, text, 1) * unit]]
    ),
  ) as Partial<Record<T, number>>;
}

/** A number of MiB as bytes, for `numbers`. */
export function mebibytes(option: string, text: string | undefined) {
  return [option, text, MIB] as const;
}

/** What flags say of how a server is reached. @throws {OptionError} */
export async function serverSecurity(
  { tlsCert, tlsKey, behindProxy, names }: ServerFlags,
): Promise<Omit<AgentSecurity, "token">> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new OptionError(
      tlsCert === undefined ? "--tls-cert" : "--tls-key",
      "--tls-cert and --tls-key go together: give both",
    );
  }
  return {
    ...(tlsCert === undefined || tlsKey === undefined ? {} : {
      tls: {
        cert: await readPem("--tls-cert", tlsCert),
        key: await readPem("--tls-key", tlsKey),
      },
    }),
    behindProxy: behindProxy === true,
    hosts: names === undefined ? [] : commaList("--names", names),
  };
}

async function readPem(option: string, path: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError(option, `${option} ${path} can't be read: ${why}`, cause);
  }
  if (text.includes("-----BEGIN ")) return text;
  throw new OptionError(option, `${option} ${path} is no PEM file`);
}
