import type { DatagramBackend, Received } from "./backend.ts";

/**
 * Unix datagrams over `Deno.listenDatagram`. Removes its file when it is closed, unless another
 * socket has its place by then.
 */
export class UnixBackend implements DatagramBackend<Deno.UnixAddr> {
  readonly addr: Deno.UnixAddr;
  readonly #conn: Deno.DatagramConn;
  readonly #inode: number | null;

  /** @param path the file to make; null for a socket that only sends */
  constructor(path: string | null) {
    if (typeof Deno.listenDatagram !== "function") {
      throw new Deno.errors.NotSupported("Unix datagrams need deno run --unstable-net");
    }
    this.#conn = Deno.listenDatagram({
      transport: "unixpacket",
      ...(path === null ? {} : { path }),
    });
    this.addr = this.#conn.addr as Deno.UnixAddr;
    this.#inode = path === null ? null : inodeOf(path);
  }

  send(data: Uint8Array, to: Deno.UnixAddr): Promise<number> {
    return this.#conn.send(data, to);
  }

  receive(buffer: Uint8Array): Promise<Received<Deno.UnixAddr>> {
    return this.#conn.receive(buffer) as Promise<Received<Deno.UnixAddr>>;
  }

  close(): void {
    this.#conn.close();
    const { path } = this.addr;
    if (path === null || this.#inode === null || inodeOf(path) !== this.#inode) return;
    try {
      Deno.removeSync(path);
    } catch {
      // Gone between the two, or in a folder that is read-only by now: nothing of ours is lost.
    }
  }

  /** Deno keeps a process alive for a pending receive of this kind, always. */
  ref(): void {}

  /** Has no effect, see `ref`. */
  unref(): void {}
}

function inodeOf(path: string): number | null {
  try {
    return Deno.lstatSync(path).ino;
  } catch {
    return null; // No such file, or not ours to look at.
  }
}
