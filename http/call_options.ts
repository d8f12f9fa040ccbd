import { Emitter } from "./emitter.ts";
import type { ClientEventHandlers } from "./events.ts";
import { checkRequestOptions, type RequestOptions } from "./request_options.ts";

/** Options of a call: those of a request, and what belongs to this one sending of it. */
export interface CallOptions extends RequestOptions {
  /** Listeners for this call alone, after the client's. */
  eventHandlers?: ClientEventHandlers;
}

/** Checks a call's options. @throws {OptionError} */
export function checkCallOptions(options: CallOptions): void {
  checkRequestOptions(options, ["eventHandlers"]);
  if (options.eventHandlers !== undefined) new Emitter(undefined, options.eventHandlers);
}
