import assert from "node:assert/strict";
import { describeError, DownpourError, OptionError } from "./mod.ts";

Deno.test("errors carry code, phase and cause", () => {
  const cause = new Error("disk full");
  const error = new DownpourError("write_failed", "write failed", { phase: "flush", cause });
  assert.equal(error.code, "write_failed");
  assert.equal(error.phase, "flush");
  assert.equal(error.cause, cause);
  assert.equal(error.name, "DownpourError");
  const option = new OptionError("vus", "vus is -1");
  assert.equal(option.code, "option_invalid");
  assert.equal(option.option, "vus");
});

Deno.test("describeError puts causes behind the message, once", () => {
  const cause = new Error("disk full");
  assert.equal(
    describeError(new DownpourError("x", "write failed", { cause })),
    "write failed: disk full",
  );
  assert.equal(
    describeError(new DownpourError("x", "write failed: disk full", { cause })),
    "write failed: disk full",
  );
  assert.equal(describeError(new TypeError("")), "TypeError");
  assert.equal(describeError("plain"), "plain");
});
