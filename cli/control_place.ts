import type { ControlAddress } from "./control/mod.ts";
import type { Host } from "./host.ts";

/** Flags that say where the REST API of a run is. */
export interface ControlPlaceFlags {
  address?: string;
  token?: string;
}

/** Where the REST API of a run is, and what it asks of those who call. */
export interface ControlPlace {
  readonly address: ControlAddress;
  /** Null for none. */
  readonly token: string | null;
}

/**
 * Where the REST API is, by flags or environment (`DOWNPOUR_ADDRESS`, `DOWNPOUR_TOKEN`); null when
 * neither names an address.
 *
 * @throws {OptionError}
 */
export async function controlPlace(
  flags: ControlPlaceFlags,
  host: Host,
): Promise<ControlPlace | null> {
  const text = flags.address ?? (host.env("DOWNPOUR_ADDRESS") || undefined);
  if (text === undefined) return null;
  const { parseAddress } = await import("./control/mod.ts");
  const option = flags.address === undefined ? "DOWNPOUR_ADDRESS" : "--address";
  return { address: parseAddress(text, option), token: await tokenOf(flags, host) };
}

/** What is asked of those who steer a run, by flag or environment; null for nothing. @throws {OptionError} */
export async function tokenOf(
  flags: Pick<ControlPlaceFlags, "token">,
  host: Host,
): Promise<string | null> {
  const token = flags.token ?? (host.env("DOWNPOUR_TOKEN") || undefined);
  if (token === undefined) return null;
  const { checkToken } = await import("./control/mod.ts");
  return checkToken(token, flags.token === undefined ? "DOWNPOUR_TOKEN" : "--token");
}
