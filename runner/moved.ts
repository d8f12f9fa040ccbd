import type { IoBytes, Recorder, Sink, Tags } from "../metrics/mod.ts";
import { EngineMetrics } from "./engine_metrics.ts";

/** Records what sockets moved as `data_sent` and `data_received`, with the tag `kind`. */
export function movedTo(
  recorder: Recorder,
  tags: Tags,
): (kind: string, bytes: Readonly<IoBytes>) => void {
  const sinks = new Map<string, { sent: Sink; received: Sink }>();
  return (kind, { sent, received }) => {
    let of = sinks.get(kind);
    if (of === undefined) {
      const tagged = tags.with("kind", kind);
      of = {
        sent: recorder.sink(EngineMetrics.dataSent, tagged),
        received: recorder.sink(EngineMetrics.dataReceived, tagged),
      };
      sinks.set(kind, of);
    }
    if (sent > 0) of.sent.add(sent);
    if (received > 0) of.received.add(received);
  };
}
