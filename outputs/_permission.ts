/**
 * Checks that this process may open a connection, without asking anybody.
 *
 * @param host `name:port`
 * @throws {Error} with the flag that is missing
 */
export async function requireNet(host: string): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "net", host });
  if (state === "granted") return;
  throw new Error(`this process may not connect to ${host} (deno run --allow-net=${host})`);
}

/** Host and port of a URL, as permissions name them. */
export function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
