import { client, type WrpcClient } from "./client.ts";
import type { WrpcError } from "./errors.ts";
import { serve, type WrpcImplementation } from "./serve.ts";
import type { ServerTransport, Serving, Transport } from "./transport.ts";

/** A transport under test. */
export interface TransportKit {
  /** A server side that nobody else uses. */
  server(): ServerTransport;
  /** A caller's side that reaches it. */
  transport(address: string): Transport;
}

/** A server and a client of one interface. */
export interface Pair {
  readonly serving: Serving;
  readonly client: WrpcClient;
  /** What the server was told of. */
  readonly errors: WrpcError[];
}

/** Serves an interface, and calls it. */
export async function pair(
  kit: TransportKit,
  served: { wit: string; implementation: WrpcImplementation },
): Promise<Pair & AsyncDisposable> {
  const errors: WrpcError[] = [];
  const onError = (error: WrpcError) => void errors.push(error);
  const serving = await serve(kit.server(), { ...served, onError });
  const { wit } = served;
  const calls = client({ wit, transport: kit.transport(serving.address), timeoutMs: 10_000 });
  return {
    ...{ serving, client: calls, errors },
    async [Symbol.asyncDispose]() {
      await calls.close();
      await serving.close();
    },
  };
}
