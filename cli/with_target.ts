import type { RunRequest } from "../runner/mod.ts";

/**
 * Calls `use` while a server to aim at is there, whose URL is `TARGET` in the script's env; without
 * one where it is not wanted, or TARGET is something else already.
 */
export async function withTarget<T>(
  wanted: boolean,
  request: RunRequest,
  use: (request: RunRequest) => Promise<T>,
): Promise<T> {
  if (!wanted || request.env["TARGET"] !== undefined) return await use(request);
  const { startTarget } = await import("../targets/mod.ts");
  await using target = startTarget();
  return await use({ ...request, env: { ...request.env, TARGET: target.url } });
}
