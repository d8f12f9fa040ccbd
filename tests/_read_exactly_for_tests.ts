import assert from "node:assert/strict";
import type { TcpSocket } from "@downpour/downpour/net";

/** The next bytes of a stream, so many of them. */
export async function readExactly(socket: TcpSocket, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = await socket.readInto(bytes.subarray(at));
    assert(count !== null, `ended after ${at} of ${size} bytes`);
    at += count;
  }
  return bytes;
}
