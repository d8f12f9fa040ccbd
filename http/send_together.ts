import type { BatchLimits } from "./run_settings.ts";

/**
 * Sends requests in their order, as many at once as may be; the responses have the same order. When
 * one rejects no more are begun, and it rejects once the others are done.
 *
 * @param hostOf whom a request goes to
 */
export async function sendTogether<Request, Response>(
  requests: readonly Request[],
  hostOf: (request: Request) => string,
  { most, perHost }: BatchLimits,
  send: (request: Request) => Promise<Response>,
): Promise<Response[]> {
  const responses: Response[] = [];
  const waiting = requests.map((request, index) => ({ request, index, host: hostOf(request) }));
  const running = new Map<string, number>();
  let count = 0;
  const failures: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const begin = (): void => {
    while (count < most && failures.length === 0) {
      const next = waiting.findIndex(({ host }) => (running.get(host) ?? 0) < perHost);
      if (next < 0) break;
      const { request, index, host } = waiting.splice(next, 1)[0]!;
      count++;
      running.set(host, (running.get(host) ?? 0) + 1);
      send(request)
        .then((response) => void (responses[index] = response), (error) => failures.push(error))
        .then(() => {
          count--;
          running.set(host, running.get(host)! - 1);
          begin();
        });
    }
    if (count === 0) resolve();
  };
  begin();
  await promise;
  if (failures.length > 0) throw failures[0];
  return responses;
}
