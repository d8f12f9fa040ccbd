const LOWEST = 10_240;
const HIGHEST = 32_767; // Above begins the range that systems give outgoing connections.

/** Ports given out a moment ago, whose servers may not listen yet. */
const given = new Set<number>();

/**
 * Free ports on the loopback. A server keeps them over a restart, so they come from below the range
 * that outgoing connections take theirs from.
 */
export function takePorts(count: number): number[] {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries > 1000) throw new Error(`no ${count} free ports from ${LOWEST} to ${HIGHEST}`);
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (given.has(port) || !isFree(port)) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** Gives ports back. */
export function returnPorts(ports: Iterable<number>): void {
  for (const port of ports) given.delete(port);
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
