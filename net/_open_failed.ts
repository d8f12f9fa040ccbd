import type { Events } from "./_events.ts";
import { NetError } from "./errors.ts";
import type { Meter } from "./measure.ts";

/** Counts and tells that a socket could not be opened; returns the error, to be thrown. */
export function openFailed(error: unknown, meter: Meter, events: Events): unknown {
  if (error instanceof NetError) {
    meter.failed(error);
    events.emit("error", error);
    events.emit("close", undefined);
  }
  return error;
}
