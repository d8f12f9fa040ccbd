import {
  checkTransportOptions,
  readConnecting,
  readConnection,
  readLimits,
} from "./check_transport.ts";
import { endsWithIteration, inheritedOptions } from "./defaults.ts";
import { closeWithIterations } from "./iteration_pool.ts";
import { preparedOf } from "./outgoing.ts";
import type { OutgoingRequest } from "./outgoing_request.ts";
import { Pool } from "./pool.ts";
import type { Response } from "./response.ts";
import { sendRequest } from "./send.ts";
import type { Layer, Send, Transport } from "./sending.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { TransportOptions } from "./transport_options.ts";
import { currentContext } from "../metrics/mod.ts";
import type { StreamSocket } from "../net/mod.ts";

/**
 * The transport that clients have by default: connections, kept and shared, over TCP and TLS,
 * HTTP/1.1 and HTTP/2, through proxies. Several clients may share one.
 *
 * ```ts
 * import { Client, HttpTransport } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 * import assert from "node:assert/strict";
 *
 * await using target = startTarget();
 * const transport = new HttpTransport({ maxConnections: 2 });
 * const client = new Client({ transport });
 * assert.equal((await client.get(`${target.url}/get`)).status, 200);
 * transport.close();
 * ```
 */
export class HttpTransport implements Transport {
  readonly #pool: Pool;
  readonly #settings: Settings;

  /** Opens nothing yet. @throws {OptionError} for unknown options and bad values */
  constructor(options: TransportOptions = {}) {
    checkTransportOptions(options);
    const context = currentContext();
    const { noConnectionReuse = false } = inheritedOptions(context);
    const all = { noConnectionReuse, ...options };
    this.#pool = new Pool(readConnecting(all), readConnection(all), readLimits(all));
    pools.set(this, this.#pool);
    context.owned?.add(this);
    if (endsWithIteration(context)) closeWithIterations(this.#pool, context);
    this.#settings = { ...readSettings(all, null, context), maxRedirects: 0 };
  }

  /** The socket used last, or null when it is closed. */
  get socket(): StreamSocket | null {
    return this.#pool.lastSocket;
  }

  /** Sends a request; its attempt is recorded like a client's. */
  send(request: OutgoingRequest): Promise<Response> {
    try {
      return sendRequest(this.#pool, preparedOf(request), settingsFor(request) ?? this.#settings);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Closes all connections; requests under way fail. */
  close(): void {
    this.#pool.close();
  }
}

const pools = new WeakMap<HttpTransport, Pool>();

/** The connections of a transport, for clients that need nothing else of it. */
export function poolOf(transport: HttpTransport): Pool {
  return pools.get(transport)!;
}

const settingsOf = new WeakMap<OutgoingRequest, Settings>();

/** Tells a transport of this package how the client wants a request sent. */
export function sendWith(request: OutgoingRequest, settings: Settings): void {
  settingsOf.set(request, settings);
}

function settingsFor(request: OutgoingRequest): Settings | undefined {
  return settingsOf.get(request);
}

/** Layers around a sender; the one added first is outermost. Each may call `next` once. */
export function layered(layers: readonly Layer[], send: Send): Send {
  return layers.reduceRight<Send>((next, layer) => {
    return (request) => {
      let called = false;
      const once: Send = (request) => {
        if (called) throw new Error("a layer called next twice: send once, or use retry");
        called = true;
        return next(request);
      };
      return layer(once)(request);
    };
  }, send);
}
