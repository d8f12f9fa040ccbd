import assert from "node:assert/strict";
import { DownpourError } from "../internal/mod.ts";

/** For tests: the error that a call rejects with; fails when it doesn't. */
export async function rejection(call: () => Promise<unknown>): Promise<DownpourError> {
  try {
    await call();
  } catch (error) {
    assert(error instanceof DownpourError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "it did not reject" });
}
