import type { RunRequest } from "../runner/mod.ts";

/** What a script reads to know its nats-server, as a name in the text of the script. */
const READS = /\bNATS_URL\b/;

/**
 * Calls `use` while a nats-server of this machine is there for a script that reads `NATS_URL` and
 * isn't given one; that it was started is said. Where there is no nats-server to start, the script
 * goes by what it does without the variable.
 */
export async function withNats<T>(
  request: RunRequest,
  say: (text: string) => void,
  use: (request: RunRequest) => Promise<T>,
): Promise<T> {
  const { source, env } = request;
  if (source.kind !== "script" || env["NATS_URL"] !== undefined || !(await reads(source.path))) {
    return await use(request);
  }
  const { findNatsServer, startNatsServer } = await import("../nats/server/mod.ts");
  const found = await findNatsServer().catch((error: Error) => error);
  if (found instanceof Error) {
    say(`NATS_URL is not given, and no nats-server was started: ${found.message}`);
    return await use(request);
  }
  await using server = await startNatsServer();
  say(`NATS_URL is not given: started nats-server ${found.version} at ${server.url} for this run`);
  return await use({ ...request, env: { ...env, NATS_URL: server.url } });
}

async function reads(path: string): Promise<boolean> {
  // A script that can't be read is told of where it is loaded.
  return READS.test(await Deno.readTextFile(path).catch(() => ""));
}
