import type { JetStreamManager } from "@nats-io/jetstream";
import { natsError, type NatsErrorNumber } from "../errors.ts";
import { jetStreamError, type Missing } from "./failure.ts";
import type { Host } from "./host.ts";

/** How JetStream is reached. */
export interface ApiOptions {
  /** Milliseconds for an answer of the server. @default {5000} */
  timeout?: number;
  /** The JetStream domain, for example of a leaf node. */
  domain?: string;
  /** What the API's subjects begin with, when another account exports it. @default {"$JS.API"} */
  apiPrefix?: string;
}

/** Asks the server: what manages streams and consumers is loaded on first use. */
export interface Api {
  /** What the API's subjects begin with. */
  readonly prefix: string;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  /**
   * Calls `ask` with the manager.
   *
   * @throws {NatsError} `errorCode`, or a more telling number (see `jetStreamError`)
   */
  ask<T>(
    call: { errorCode: NatsErrorNumber; context: string; missing?: Missing },
    ask: (manager: JetStreamManager) => Promise<T>,
  ): Promise<T>;
}

/** The API of one connection. */
export function apiOf({ core }: Host, options: ApiOptions): Api {
  const { timeout = 5000, domain, apiPrefix } = options;
  const prefix = apiPrefix ?? (domain === undefined ? "$JS.API" : `$JS.${domain}.API`);
  let manager: Promise<JetStreamManager> | undefined;
  const load = async (): Promise<JetStreamManager> => {
    const { jetstreamManager } = await import("@nats-io/jetstream");
    return await jetstreamManager(core, { checkAPI: false, timeout, apiPrefix: prefix });
  };
  return {
    prefix,
    timeout,
    async ask({ errorCode, context, missing }, ask) {
      try {
        if (core.isClosed()) throw natsError(1002, undefined, context);
        return await ask(await (manager ??= load()));
      } catch (error) {
        throw jetStreamError(errorCode, error, context, missing);
      }
    },
  };
}
