import { OptionError } from "../../internal/mod.ts";
import type { Bus, PoolRole } from "../../distributed/mod.ts";
import { type PoolStores, withoutPassword } from "./read_flags.ts";
import type { PoolConnectionFlags } from "./run_options.ts";

/** Where a pool is unless told. */
export const THIS_MACHINE = "nats://127.0.0.1:4222";

/**
 * Connects to the NATS servers of a pool.
 *
 * @param role what credentials of `downpour nats-config` are for
 * @param stores how the servers are to keep what they don't keep yet
 * @throws {PoolError} `bus_lost`, `bus_refused`
 * @throws {OptionError} a file that can't be read
 */
export async function connectPool(
  servers: readonly string[],
  flags: PoolConnectionFlags,
  role: PoolRole = "coordinator",
  stores: PoolStores = {},
): Promise<Bus> {
  for (const [option, path] of filesOf(flags)) await checkFile(option, path);
  const { creds, tlsCa, tlsCert, tlsKey } = flags;
  const tls = {
    ...(tlsCa === undefined ? {} : { caFile: tlsCa }),
    ...(tlsCert === undefined ? {} : { certFile: tlsCert }),
    ...(tlsKey === undefined ? {} : { keyFile: tlsKey }),
  };
  const { natsBus, PoolError } = await import("../../distributed/mod.ts");
  return await natsBus({
    role,
    ...stores,
    connect: {
      urls: servers,
      ...(creds === undefined ? {} : { credentials: creds }),
      ...(Object.keys(tls).length === 0 ? {} : { tls }),
    },
  }).catch((error: unknown) => {
    if (!(error instanceof PoolError && error.code === "bus_lost")) throw error;
    const where = servers.map(withoutPassword).join(", ");
    const why = innermost(error).message;
    throw new PoolError("bus_lost", `no NATS server is reached at ${where}: ${why}`, error);
  });
}

/** What was at the bottom of an error: all above says where it was. */
function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

function filesOf(
  { creds, tlsCa, tlsCert, tlsKey }: PoolConnectionFlags,
): (readonly [string, string])[] {
  return Object.entries({
    "--creds": creds,
    "--tls-ca": tlsCa,
    "--tls-cert": tlsCert,
    "--tls-key": tlsKey,
  }).flatMap(([option, path]) => path === undefined ? [] : [[option, path] as const]);
}

async function checkFile(option: string, path: string): Promise<void> {
  await readGiven(option, path);
}

/** Reads the file that a flag names. @throws {OptionError} */
export async function readGiven(option: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : String(error);
    throw new OptionError(option, `${option}: can't read ${path}: ${reason}`, error);
  }
}
