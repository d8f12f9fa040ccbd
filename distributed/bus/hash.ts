import { PoolError } from "../errors.ts";

/** Refuses what is no SHA-256 in lower-case hexadecimals. @throws {PoolError} `bus_refused` */
export function checkHash(hash: string): void {
  if (/^[0-9a-f]{64}$/.test(hash)) return;
  throw new PoolError("bus_refused", `no hash of a blob: ${JSON.stringify(hash.slice(0, 80))}`);
}
