import { asksThisMachine, isLoopback, OptionError } from "../../internal/mod.ts";
import type { OutputMoment, RunOutput } from "../../runner/mod.ts";
import { openMetrics, TREND_SHAPES, type TrendShape } from "./exposition.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 9464;
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PARAMETERS = ["public", "trends"];

/**
 * An endpoint that Prometheus scrapes while the run goes on: `GET /metrics`, OpenMetrics text of
 * the totals as of the last second.
 *
 * @param arg `HOST:PORT`, then `?trends=summary` for percentiles instead of histograms, and
 *   `?public=true` where other machines may read it. Default: `127.0.0.1:9464`
 * @throws {OptionError} for an address that can't be used, or one that is not loopback without
 *   `public`
 */
export function scrapeOutput(arg: string): RunOutput {
  const { hostname, port, isPublic, trends } = readAddress(arg);
  const place = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  let moment: OutputMoment | null = null;
  let text: string | null = null;
  let server: Deno.HttpServer | null = null;
  return {
    name: `scrape (${place})`,
    start() {
      const answer = ({ method, url, headers }: Request) => {
        const host = headers.get("host") ?? "";
        if (!isPublic && !asksThisMachine(host)) return failure(403, refusalOf(host));
        if (new URL(url).pathname !== "/metrics") {
          return failure(404, "The metrics are at /metrics");
        }
        if (method !== "GET" && method !== "HEAD") return failure(405, "Metrics can only be read");
        // Nobody pays for what nobody reads.
        text ??= moment === null ? "# EOF\n" : openMetrics(moment.metrics, trends);
        return new Response(method === "HEAD" ? null : text, {
          headers: { "content-type": OPEN_METRICS },
        });
      };
      try {
        server = Deno.serve({ hostname, port, onListen: () => {} }, answer);
      } catch (error) {
        return Promise.reject(startError(error, place));
      }
      return Promise.resolve();
    },
    flush(now) {
      moment = now;
      text = null;
    },
    async close() {
      await server?.shutdown();
    },
  };
}

interface Address {
  readonly hostname: string;
  readonly port: number;
  /** Whether other machines may read it. */
  readonly isPublic: boolean;
  readonly trends: TrendShape;
}

function readAddress(arg: string): Address {
  const cut = arg.indexOf("?");
  const place = cut < 0 ? arg : arg.slice(0, cut);
  const params = new URLSearchParams(cut < 0 ? "" : arg.slice(cut + 1));
  for (const name of params.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw bad(`has no parameter "${name}" (it has ${PARAMETERS.join(", ")})`);
  }
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^[\]:]*))(?::(\d{1,5}))?$/.exec(place);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null || port > 65_535) {
    throw bad(`takes HOST:PORT, not "${place}" (write it like 127.0.0.1:9464)`);
  }
  const named = match[1] || match[2] || DEFAULT_HOST;
  const hostname = named === "localhost" ? DEFAULT_HOST : named;
  const isPublic = params.get("public") === "true";
  if (!isPublic && !isLoopback(hostname)) {
    throw bad(
      `would let other machines read the metrics at ${hostname} (add ?public=true if they may)`,
    );
  }
  const trends = params.get("trends") ?? "histogram";
  const shape = TREND_SHAPES.find((shape) => shape === trends);
  if (shape !== undefined) return { hostname, port, isPublic, trends: shape };
  throw bad(`shows trends as ${TREND_SHAPES.join(" or ")}, not "${trends}"`);
}

/** A page whose name was made to lead here (DNS rebinding) reads nothing. */
function refusalOf(host: string): string {
  return `Host is ${JSON.stringify(host)}: only localhost, 127.0.0.1 and [::1] are served ` +
    `(add ?public=true to the output if others may read the metrics)`;
}

function bad(what: string): OptionError {
  return new OptionError("--out", `--out scrape ${what}`);
}

function startError(error: unknown, place: string): unknown {
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(`${place} is in use: name another port`, { cause: error });
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new Error(`this process may not listen (deno run --allow-net=${place})`, {
      cause: error,
    });
  }
  return error;
}

function failure(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: status === 405 ? { allow: "GET, HEAD" } : {},
  });
}
