import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { nodeConn } from "../_node_conn.ts";
import type { Conn } from "../conn.ts";

/**
 * A TLS socket of Node's over `stream` as a `Conn`.
 *
 * Node doesn't tell an end by close_notify from a connection that was cut, which may be an attack
 * (RFC 8446 §6.1). But it knows: TLS that was closed has ended before the stream under it has.
 *
 * @param connect puts TLS over the stream
 * @param under what the stream is made of
 */
export function securedConn(stream: Duplex, under: Conn, connect: () => TLSSocket): SecuredSocket {
  let closed = false;
  let truncated = false;
  // Listening before TLS does: all that came before the end has been through it, but not the end.
  stream.once("end", () => truncated = !closed);
  const socket = connect();
  const push = socket.push;
  socket.push = (chunk, encoding) => {
    closed ||= chunk === null;
    return push.call(socket, chunk, encoding);
  };
  const conn = nodeConn(socket);
  return {
    socket,
    conn: {
      async read(buffer) {
        const count = await conn.read(buffer);
        if (count === null && truncated) throw new Deno.errors.UnexpectedEof(CUT_SHORT);
        return count;
      },
      write: (data) => conn.write(data),
      closeWrite: () => conn.closeWrite(),
      close() {
        conn.close();
        stream.destroy();
      },
      ref: () => under.ref(),
      unref: () => under.unref(),
    },
  };
}

/** A TLS socket, and its plain side. */
export interface SecuredSocket {
  readonly socket: TLSSocket;
  readonly conn: Conn;
}

const CUT_SHORT = "the connection ended without close_notify";
