import { type Redact, redactData, redactNothing } from "../../internal/mod.ts";
import { takeConsole } from "./_console.ts";
import type { ShardStarter } from "./link.ts";
import type { ShardEvent } from "./protocol.ts";

/** The same shards, with secrets taken out of all that they say to people. Numbers, and what functions return, stay. */
export function redactedShards(start: ShardStarter, redact: Redact): ShardStarter {
  if (redact === redactNothing) return start;
  return (index, on, log, readable, instead) => {
    const link = start(
      index,
      (event) => on(redactedEvent(event, redact)),
      (line) => log(redact(line)),
      readable,
      instead,
    );
    return { ...link, ended: link.ended.then(redact) };
  };
}

function redactedEvent(event: ShardEvent, redact: Redact): ShardEvent {
  switch (event.kind) {
    case "log":
      return { ...event, entry: { ...event.entry, text: redact(event.entry.text) } };
    case "failure":
      return { ...event, error: { ...event.error, message: redact(event.error.message) } };
    case "failures":
      return { ...event, samples: redactData(event.samples, redact) };
    case "abort":
    case "fail":
      return { ...event, reason: redact(event.reason) };
    default:
      return event;
  }
}

/**
 * Takes secrets out of what is printed by `console` in this process, where a script that runs in
 * it writes past the log. Returns a function that ends this.
 */
export function redactConsole(redact: Redact): () => void {
  const { debug, log: info, warn, error } = globalThis.console;
  const print = { debug, info, warn, error };
  return takeConsole((level, text) => print[level](redact(text)));
}
