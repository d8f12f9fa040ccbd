import assert from "node:assert/strict";
import type { MessageFrame } from "../../nats/mod.ts";
import { transportMeter } from "../metrics.ts";
import { Inbox } from "./inbox.ts";
import type { Link } from "./link.ts";
import { ServingInvocation } from "./serving.ts";

Deno.test("a request that can't be answered leaves no inbox open", () => {
  const inbox = new Inbox("in", "params");
  const send = () => {
    throw new Error("closed");
  };
  const link = { inbox, line: { send, pending: 0 } } as unknown as Link;
  let closed = 0;
  const onClose = () => closed++;
  const parts = { link, paths: [], meter: transportMeter("nats"), onClose };
  const invocation = new ServingInvocation(parts);
  assert.equal(inbox.size, 1);
  const frame = { buffer: new Uint8Array(0), start: 0, headerLength: 0, end: 0 } as MessageFrame;
  assert.throws(() => invocation.begin("rc", frame), { code: "connection_lost" });
  assert.deepEqual([inbox.size, closed], [0, 1]);
});
