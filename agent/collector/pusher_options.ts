import { checkNames, OptionError } from "../../internal/mod.ts";
import { checkJobName } from "../job_name.ts";
import { CLOCK, type Clock } from "./clock.ts";
import { type Deliverer, httpDeliverer } from "./deliver.ts";

/** Options of a pusher. */
export interface PusherOptions {
  /** The collector, for example `http://localhost:8082`. */
  url: string;
  /** Name of the job. */
  job: string;
  /** Takes any certificate of the collector. Default: false. */
  insecure?: boolean;
  /** Sent as `Authorization: Bearer`. Default: none, as with go-lo. */
  token?: string | null;
  /** Where batches wait while the collector takes none: a folder of this pusher's own. */
  spoolFolder: string;
  /** Most bytes in that folder. Default: 256 MiB. */
  maxSpoolBytes?: number;
  /** Longest time for one try to deliver a batch, milliseconds. Default: 10,000. */
  requestMs?: number;
  /** What waits, and what delivers: for tests. */
  parts?: { readonly clock?: Clock; readonly deliverer?: Deliverer };
}

/** The same, every default filled in. */
export interface PusherPlan {
  readonly spoolFolder: string;
  readonly maxSpoolBytes: number;
  readonly clock: Clock;
  readonly deliverer: Deliverer;
}

const NAMES: readonly string[] = [
  "url",
  "job",
  "insecure",
  "token",
  "spoolFolder",
  "maxSpoolBytes",
  "requestMs",
  "parts",
];
const MAX_SPOOL_BYTES = 256 * 1024 * 1024;
const REQUEST_MS = 10_000;

/** Checks a pusher's options. @throws {OptionError | AgentError} */
export function readPusherOptions(options: PusherOptions): PusherPlan {
  checkNames("createPusher", options, NAMES);
  const { job, insecure = false, token = null, spoolFolder, parts = {} } = options;
  const { maxSpoolBytes = MAX_SPOOL_BYTES, requestMs = REQUEST_MS } = options;
  checkJobName(job);
  if (typeof spoolFolder !== "string" || spoolFolder === "") {
    throw new OptionError("spoolFolder", "spoolFolder must be the path of a folder");
  }
  for (
    const [name, value, least] of [["maxSpoolBytes", maxSpoolBytes, 0], [
      "requestMs",
      requestMs,
      1,
    ]] as const
  ) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new OptionError(name, `${name} is ${value}: it takes a whole number from ${least} on`);
  }
  const url = pushUrl(options.url, job);
  return {
    spoolFolder,
    maxSpoolBytes,
    clock: parts.clock ?? CLOCK,
    deliverer: parts.deliverer ?? httpDeliverer({ url, insecure, token, requestMs }),
  };
}

/**
 * Where results of a job go.
 *
 * @throws {OptionError} when the collector is no URL of http or https
 */
export function pushUrl(collector: string, job: string): string {
  const url = serverUrl(collector, "url");
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/push/${encodeURIComponent(job)}`;
  return url.href;
}

/**
 * Reads the URL of a server.
 *
 * @param option what named it
 * @throws {OptionError} when it is none of http or https, or has a user, whose place is not there
 */
export function serverUrl(
  text: string,
  option: string,
  example: string = "http://localhost:8082",
): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "") {
    url.hash = "";
    return url;
  }
  const shown = String(text).replace(/\/\/.*@/s, "//***@");
  throw new OptionError(option, `${option} is "${shown}": it takes a URL, as ${example}`);
}
