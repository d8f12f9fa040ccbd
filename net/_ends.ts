import { formatAddress } from "./address.ts";
import type { Conn } from "./conn.ts";
import type { SocketAddress, SocketFile } from "./socket.ts";

/** A connection that knows its two ends: what was dialled or accepted. */
export interface EndedConn extends Conn {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
}

/** An IP address and port; null for what has a path. */
export function addressOf(addr: Deno.Addr): SocketAddress | null {
  return "port" in addr && "hostname" in addr ? { ip: addr.hostname, port: addr.port } : null;
}

/** The file that a Unix connection goes through; null for the other kinds. */
export function fileOf({ localAddr, remoteAddr }: EndedConn): SocketFile | null {
  if (!("path" in remoteAddr)) return null;
  // The side that connected has no path of its own.
  const path = remoteAddr.path ?? ("path" in localAddr ? localAddr.path : null);
  return { path: path ?? "" };
}

/** The peer, for messages. */
export function formatPeer(base: EndedConn): string {
  const address = addressOf(base.remoteAddr);
  if (address !== null) return formatAddress({ host: address.ip, port: address.port });
  return showPath(fileOf(base)?.path ?? "");
}

/** A path as people write it: an abstract one (its first byte is 0) with `@` for the 0. */
export function showPath(path: string): string {
  return path.startsWith("\0") ? `@${path.slice(1)}` : path;
}
