import { DownpourError, ExitCode, OptionError } from "../../internal/mod.ts";
import type { ControlAddress } from "./address.ts";
import { type ApiRun, controlApi } from "./api.ts";

/** The REST API of a run could not be started: k6's exit code 106. */
export class ControlStartError extends DownpourError {
  override readonly name: string = "ControlStartError";
  readonly exitCode = ExitCode.apiStart;
}

/** A REST API that listens. */
export interface ControlServer {
  /** Its base, as in `http://127.0.0.1:6565`. */
  readonly url: string;
  /** Lets go of the port once what was asked is answered; bodies that still come are given up. */
  close(): Promise<void>;
}

/**
 * Serves the REST API of a run.
 *
 * @param token what requests must send as `Authorization: Bearer`; may be null for loopback alone
 * @throws {OptionError} for an address that others reach, without a token
 * @throws {ControlStartError} `control_listen` when it can't listen there
 */
export function serveControl(
  address: ControlAddress,
  token: string | null,
  run: ApiRun,
): ControlServer {
  const { hostname, port, hostPort, loopback } = address;
  if (!loopback && token === null) {
    throw new OptionError(
      "--address",
      `--address ${hostPort} would let other machines control the run: ` +
        "set DOWNPOUR_TOKEN, or take 127.0.0.1",
    );
  }
  const [closing, cut] = [new AbortController(), new AbortController()];
  const api = controlApi(run, token, closing.signal);
  const pending = new Set<Promise<Response>>();
  let unread = false;
  const handler = async (request: Request) => {
    const answer = api(request);
    pending.add(answer);
    const response = await answer;
    pending.delete(answer);
    unread ||= leavesBody(request, response);
    return response;
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname, port, signal: cut.signal, onListen: () => {} }, handler);
  } catch (cause) {
    throw new ControlStartError("control_listen", reasonOf(cause, hostPort), { cause });
  }
  return {
    url: `http://${hostPort.replace(/:\d+$/, `:${server.addr.port}`)}`,
    async close() {
      closing.abort();
      await Promise.allSettled(pending);
      // A shutdown waits for the rest of every body, for as long as whoever sends it likes.
      if (!unread) return await server.shutdown();
      cut.abort();
      await server.finished;
    },
  };
}

/** Whether there is more of a request's body than was read. */
function leavesBody({ body, bodyUsed }: Request, { status }: Response): boolean {
  return status === 408 || status === 413 || (body !== null && !bodyUsed);
}

function reasonOf(cause: unknown, hostPort: string): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return `Can't listen at ${hostPort}: it is in use (name another port by --address)`;
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return `Can't listen at ${hostPort}: this process may not (deno run --allow-net=${hostPort})`;
  }
  return `Can't listen at ${hostPort}: ${cause instanceof Error ? cause.message : String(cause)}`;
}
