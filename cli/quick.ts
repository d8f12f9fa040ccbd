import { Client, type ClientOptions, Request } from "../http/mod.ts";
import { describeError, DownpourError } from "../internal/mod.ts";
import { IPC, TCP } from "../net/mod.ts";
import { currentVu } from "../runner/api/mod.ts";
import type { ScriptExports } from "../runner/mod.ts";

/** One request of a quick run. */
export interface QuickTarget {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  /** The `name` tag; default: the URL without its query. */
  readonly name?: string;
}

/** What a quick run does, in the form that travels to shard processes. */
export interface QuickArgs {
  /** What is asked for: in order, again and again, or at random. One at least. */
  readonly targets: readonly QuickTarget[];
  readonly random: boolean;
  /** Where it goes as messages show it, without a password. */
  readonly shown: string;
  /** Host and port, or the path of the Unix socket, that is tried first. */
  readonly address: string;
  /** Path of a Unix socket that stands in for the network; null for none. */
  readonly unix: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Request body; bytes as base64; null sends none. */
  readonly body: string | { readonly base64: string } | null;
  /** Longest time for one request. */
  readonly timeoutMs: number;
  /** Redirects that are followed; past them the redirect itself is the response. */
  readonly maxRedirects: number;
  /** Speaks HTTP/2 and nothing else. */
  readonly http2: boolean;
  readonly auth: NonNullable<ClientOptions["auth"]> | null;
}

/** Longest wait for the one connection that shows whether the target is there. */
const PROBE_MS = 10_000;
/** Up to so many requests are made once and kept by each virtual user. */
const MOST_KEPT = 512;

/**
 * The scenario behind `downpour URL`, for one virtual user: one request an iteration over one
 * client. Bodies are read and dropped.
 */
export function quick(args: unknown): ScriptExports {
  const given = args as QuickArgs;
  const client = new Client(clientOptions(given));
  const next = requests(given);
  return {
    setup: () => probe(given),
    // Handed on as it is: a function that awaits it would cost every request a promise more.
    default: (): Promise<unknown> => client.request(next()),
  };
}

function clientOptions(args: QuickArgs): ClientOptions {
  const { headers, timeoutMs, maxRedirects, http2, auth, unix } = args;
  return {
    discardResponseBodies: true,
    headers,
    timeout: timeoutMs,
    maxRedirects,
    ...(http2 ? { version: 2 } : {}),
    ...(auth === null ? {} : { auth }),
    ...(unix === null ? {} : {
      dial: (_address, { connectTimeoutMs, signal }) =>
        IPC.open(unix, { connectTimeoutMs, ...(signal === undefined ? {} : { signal }) }),
    }),
  };
}

/** The request of each iteration in turn. */
function requests(args: QuickArgs): () => Request {
  const { targets, random } = args;
  const bytes = bodyOf(args);
  const make = ({ method, url, name }: QuickTarget) =>
    new Request(url, {
      method,
      ...(bytes === null ? {} : { body: bytes }),
      ...(name === undefined ? {} : { name }),
    });
  const count = targets.length;
  if (count === 1) {
    const only = make(targets[0]!);
    return () => only;
  }
  const pick = random ? () => Math.floor(Math.random() * count) : () => turn() % count;
  if (count > MOST_KEPT) return () => make(targets[pick()]!);
  const made: Request[] = [];
  return () => {
    const index = pick();
    return made[index] ??= make(targets[index]!);
  };
}

/** Bodies that were base64: all users of a process share one. */
const decoded = new WeakMap<QuickArgs, Uint8Array<ArrayBuffer>>();

function bodyOf(args: QuickArgs): string | Uint8Array<ArrayBuffer> | null {
  const { body } = args;
  if (body === null || typeof body === "string") return body;
  const known = decoded.get(args);
  if (known !== undefined) return known;
  const bytes = Uint8Array.fromBase64(body.base64);
  decoded.set(args, bytes);
  return bytes;
}

/** The number of this iteration, by which its request is picked. */
function turn(): number {
  const vu = currentVu()!;
  // Users that loop have numbers by shard: of two, one would have the even ones, at its own pace.
  return vu.executor.endsWith("-vus") ? vu.iterationOfScenarioInInstance : vu.iterationInScenario;
}

/** Tries one connection, before any load. @throws {DownpourError} `target_unreachable` */
async function probe({ unix, address, shown, timeoutMs }: QuickArgs): Promise<void> {
  try {
    const connectTimeoutMs = Math.min(timeoutMs, PROBE_MS);
    const open = unix === null ? TCP.open : IPC.open;
    (await open(address, { connectTimeoutMs })).close();
  } catch (error) {
    throw new DownpourError("target_unreachable", `cannot reach ${shown}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Why no connection was made, in a few words and with the code to look it up by. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DownpourError)) return describeError(error);
  return `${error.message.replace(/^.* failed: /, "")} (${error.code})`;
}
