/**
 * What a script imports as `@downpour/downpour` or `k6`: the root module without what starts runs.
 *
 * @module
 */
export { check, type Checks, env, fail, group, randomSeed, sleep } from "./runner/api/mod.ts";
export { default as execution, instance, scenario, test, vu } from "./runner/api/execution.ts";
export { Counter, Gauge, Rate, Trend } from "./metrics/mod.ts";
