import type { RunRequest } from "../runner/mod.ts";
import { type Host, writeQuietly } from "./host.ts";
import { withNats } from "./with_nats.ts";
import { withTarget } from "./with_target.ts";

/** Calls `use` while the servers are there that the run brings with it. */
export function withServers<T>(
  flags: { readonly withTarget: boolean },
  request: RunRequest,
  host: Host,
  use: (request: RunRequest) => Promise<T>,
): Promise<T> {
  const say = (text: string) => writeQuietly(host, `downpour: ${text}\n`);
  return withTarget(flags.withTarget, request, (request) => withNats(request, say, use));
}
