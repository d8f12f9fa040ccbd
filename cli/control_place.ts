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
  const { checkToken, parseAddress } = await import("./control/mod.ts");
  const named = (flag: string | undefined, option: string, variable: string) =>
    flag === undefined ? variable : option;
  const token = flags.token ?? (host.env("DOWNPOUR_TOKEN") || undefined);
  return {
    address: parseAddress(text, named(flags.address, "--address", "DOWNPOUR_ADDRESS")),
    token: token === undefined
      ? null
      : checkToken(token, named(flags.token, "--token", "DOWNPOUR_TOKEN")),
  };
}
