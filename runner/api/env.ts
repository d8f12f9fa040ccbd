const scope = globalThis as { __ENV?: Readonly<Record<string, string>> };

/**
 * What a run was given with `-e NAME=VALUE`, and the `env` of the running scenario: k6's `__ENV`,
 * with a type. Empty outside a run.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { env } from "@downpour/downpour";
 *
 * assert.equal(env.TARGET ?? "http://127.0.0.1:8000", "http://127.0.0.1:8000");
 * ```
 */
export const env: Readonly<Record<string, string | undefined>> = new Proxy({}, {
  get: (_, name) => typeof name === "string" ? scope.__ENV?.[name] : undefined,
  has: (_, name) => typeof name === "string" && scope.__ENV?.[name] !== undefined,
  ownKeys: () => Object.keys(scope.__ENV ?? {}),
  getOwnPropertyDescriptor: (_, name) =>
    typeof name === "string" && scope.__ENV?.[name] !== undefined
      ? { value: scope.__ENV[name], enumerable: true, configurable: true }
      : undefined,
});
