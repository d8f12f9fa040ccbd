import { AgentError } from "../errors.ts";
import type { CheckedSecurity } from "./security.ts";

/** How long peers have to take their answers and leave, once a server is closed; milliseconds. */
const LEAVE_MS = 2000;

/** A server that listens. Leaving its scope closes it. */
export interface Listening extends AsyncDisposable {
  /** Its base, as in `http://127.0.0.1:8081`. */
  readonly url: string;
  /** TCP port that it listens on. */
  readonly port: number;
  /** Answers what was asked, gives up bodies that still come, and lets go of the port. */
  close(): Promise<void>;
}

/** What is served. */
export interface Service {
  /** Answers a request from an address; never throws. */
  answer(request: Request, remote: string): Promise<Response>;
  /** Aborted when the server is closed: bodies are given up. */
  readonly closing: AbortController;
  /** Called once nothing is asked any more. */
  closed?(): Promise<void>;
}

/** Listens. @throws {AgentError} `address_in_use`, `listen_failed` */
export function serve({ hostname, port, tls }: CheckedSecurity, service: Service): Listening {
  const cut = new AbortController();
  const pending = new Set<Promise<Response>>();
  let unread = false;
  const handler: Deno.ServeHandler<Deno.NetAddr> = async (request, { remoteAddr }) => {
    const answering = service.answer(request, remoteAddr.hostname);
    pending.add(answering);
    const response = await answering;
    pending.delete(answering);
    unread ||= leavesBody(request, response);
    return response;
  };

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const at = { hostname, port, signal: cut.signal, onListen: () => {} };
    server = Deno.serve({ ...at, ...(tls ?? {}) }, handler);
  } catch (cause) {
    const code = cause instanceof Deno.errors.AddrInUse ? "address_in_use" : "listen_failed";
    const message = `can't listen on ${hostname}:${port}`;
    throw new AgentError(code, message, { phase: "listen", cause });
  }
  const end = async (): Promise<void> => {
    service.closing.abort();
    await Promise.allSettled(pending);
    // A shutdown waits for the rest of every body and handshake, for as long as the peer likes.
    if (!unread) await within(LEAVE_MS, server.shutdown());
    else {
      cut.abort();
      await server.finished;
    }
    await service.closed?.();
  };
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  let ended: Promise<void> | null = null;
  const close = (): Promise<void> => ended ??= end();
  return {
    url: `http${tls === null ? "" : "s"}://${host}:${server.addr.port}`,
    port: server.addr.port,
    ...{ close, [Symbol.asyncDispose]: close },
  };
}

/** Whether there is more of a request's body than was read. */
function leavesBody({ body, bodyUsed }: Request, { status }: Response): boolean {
  return body !== null && (status >= 400 || !bodyUsed);
}

/** Waits for something, but no longer than so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([work, over]);
  clearTimeout(timer);
}
