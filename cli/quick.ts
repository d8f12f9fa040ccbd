import { Client, Request } from "../http/mod.ts";
import { describeError, DownpourError } from "../internal/mod.ts";
import { TCP } from "../net/mod.ts";
import type { ScriptExports } from "../runner/mod.ts";

/** What a quick run does, in the form that travels to shard processes. */
export interface QuickArgs {
  /** Absolute `http:` URL. */
  readonly url: string;
  /** The URL as messages show it, without a password. */
  readonly shown: string;
  /** Host and port to connect to. */
  readonly hostPort: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Request body; null sends none. */
  readonly body: string | null;
  /** Longest time for one request. */
  readonly timeoutMs: number;
}

/** Longest wait for the one connection that shows whether the target is there. */
const PROBE_MS = 10_000;

/**
 * The scenario behind `downpour URL`, for one virtual user: one request an iteration over one
 * client. Bodies are read and dropped; redirects are not followed, so that every number is about
 * the URL that was asked for.
 */
export function quick(args: unknown): ScriptExports {
  const { url, shown, hostPort, method, headers, body, timeoutMs } = args as QuickArgs;
  const client = new Client({
    discardResponseBodies: true,
    headers,
    timeout: timeoutMs,
    maxRedirects: 0,
  });
  const request = new Request(url, body === null ? { method } : { method, body });
  return {
    async setup(): Promise<void> {
      try {
        const socket = await TCP.open(hostPort, {
          connectTimeoutMs: Math.min(timeoutMs, PROBE_MS),
        });
        socket.close();
      } catch (error) {
        throw new DownpourError("target_unreachable", `cannot reach ${shown}: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
    // Handed on as it is: a function that awaits it would cost every request a promise more.
    default: (): Promise<unknown> => client.request(request),
  };
}

/** Why no connection was made, in a few words and with the code to look it up by. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DownpourError)) return describeError(error);
  return `${error.message.replace(/^.* failed: /, "")} (${error.code})`;
}
