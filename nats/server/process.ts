import { DownpourError } from "../../internal/mod.ts";

/** A running nats-server process. */
export interface ServerProcess {
  readonly pid: number;
  /** Whether it has ended, by itself or not. */
  readonly ended: boolean;
  /** Resolves at its end. */
  readonly status: Promise<unknown>;
  /** Sends a signal, if it still runs. */
  signal(signal: Deno.Signal): void;
}

/** How long a server has to end by itself, in ms. */
const GRACE_MS = 5000;

/**
 * Runs the program. A shell starts it, and becomes it: so `bash` is all that must be allowed.
 *
 * @param ownGroup keeps Ctrl-C from it, which is for whoever uses it
 */
export function spawnServer(
  program: string,
  configFile: string,
  ownGroup: boolean,
): ServerProcess {
  const child = new Deno.Command("bash", {
    args: ["-c", `exec "$0" -c "$1"`, program, configFile],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: ownGroup,
  }).spawn();
  let ended = false;
  const status = child.status.then(() => ended = true);
  return {
    pid: child.pid,
    status,
    get ended() {
      return ended;
    },
    signal(signal) {
      if (!ended) child.kill(signal);
    },
  };
}

/** Ends a process: as asked, and by force if that takes too long. */
export async function endServer(server: ServerProcess, signal: "SIGTERM" | "SIGKILL") {
  server.signal(signal);
  const force = setTimeout(() => server.signal("SIGKILL"), GRACE_MS);
  await server.status;
  clearTimeout(force);
}

/**
 * Waits until the server says that it is healthy: it listens, and with JetStream its streams are
 * there and a cluster has a leader.
 *
 * @param monitorUrl its monitoring, `http://127.0.0.1:8222`
 * @param log what it wrote, for the error
 * @throws {DownpourError} `nats_server_failed`
 */
export async function untilHealthy(
  server: ServerProcess,
  monitorUrl: string,
  timeoutMs: number,
  log: () => Promise<string>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last = "it doesn't answer";
  while (!server.ended && performance.now() < deadline) {
    const health = await healthOf(monitorUrl);
    if (health === "ok") return;
    last = health ?? last;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const reason = server.ended ? "it ended" : `after ${timeoutMs} ms ${last}`;
  const lines = (await log()).trim().split("\n").slice(-5).join("\n");
  throw new DownpourError("nats_server_failed", `start nats-server: ${reason}\n${lines}`.trim());
}

async function healthOf(monitorUrl: string): Promise<string | null> {
  try {
    const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2000) });
    const text = await response.text();
    return response.ok ? "ok" : text.trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null; // Not yet.
  }
}
