/**
 * A server of `MANY_WIT` in a process of its own, which has descriptors of its own: prints its address,
 * answers no call before as many are open as its argument says, and ends with its stdin.
 *
 * @module
 */
import { serve } from "../serve.ts";
import { tcpServer } from "./server.ts";

/** What is served. */
export const MANY_WIT =
  "package test:many@0.1.0; interface many { add: func(a: u32, b: u32) -> u32; }";

if (import.meta.main) {
  const wanted = Number(Deno.args[0]);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const add = async (a: number, b: number) => {
    if (++begun === wanted) resolve();
    await all;
    return a + b;
  };
  const server = tcpServer({ headerTimeoutMs: 60_000 });
  const serving = await serve(server, {
    wit: MANY_WIT,
    implementation: { add },
    timeoutMs: Infinity,
  });
  console.log(serving.address);
  await Array.fromAsync(Deno.stdin.readable);
  await serving.close();
}
