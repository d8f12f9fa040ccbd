import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { nodeConn } from "../_node_conn.ts";
import type { Conn } from "../conn.ts";
import { bridge } from "./_bridge.ts";

/** A TLS socket of Node's, and its plain side. */
export interface SecuredConn {
  /** Still to shake hands. */
  readonly socket: TLSSocket;
  /** To be used once it has. */
  readonly conn: Conn;
}

/**
 * Puts TLS over `under`, and makes up for two things that Deno's `node:tls` lacks.
 *
 * An end by close_notify looks like a connection that was cut, which may be an attack (RFC 8446
 * §6.1). But TLS that was closed has ended before the stream under it has.
 *
 * A close_notify that arrives while its reader is slow, and the socket's buffer full, is lost. So
 * nothing more is read while there is plain text to be had.
 *
 * @param connect makes the TLS socket
 */
export function securedConn(under: Conn, connect: (stream: Duplex) => TLSSocket): SecuredConn {
  let readOn: (() => void) | undefined;
  let closed = false;
  let truncated = false;
  let closing = false;
  const stream = bridge(under, () => {
    if (socket.readableLength > 0) return new Promise((resolve) => readOn = resolve);
  });
  stream.on("error", (error) => socket.destroy(error));
  // Listening before TLS does: all that came before the end has been through it, but not the end.
  stream.once("end", () => truncated = !closed);
  const socket = connect(stream);
  const push = socket.push;
  socket.push = (chunk, encoding) => {
    closed ||= chunk === null;
    return push.call(socket, chunk, encoding);
  };
  const plain = nodeConn(socket);
  const conn: Conn = {
    async read(buffer) {
      const count = await plain.read(buffer);
      if (socket.readableLength === 0) readOn?.();
      if (count === null && truncated) throw new Deno.errors.UnexpectedEof(CUT_SHORT);
      return count;
    },
    write: (data) => plain.write(data),
    closeWrite: () => plain.closeWrite(),
    close() {
      if (closing) return;
      closing = true;
      socket.end(); // Hands close_notify on, which goes out if it can at once.
      queueMicrotask(() => {
        plain.close();
        stream.destroy();
      });
    },
    ref: () => under.ref(),
    unref: () => under.unref(),
  };
  return { socket, conn };
}

const CUT_SHORT = "the connection ended without close_notify";
