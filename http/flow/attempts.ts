import { type EditableMetrics, editableMetrics, recordEdited } from "../edit_metrics.ts";
import { TRACED } from "../events.ts";
import { outgoingOf, preparedOf } from "../outgoing.ts";
import type { Prepared } from "../prepare.ts";
import type { Response } from "../response.ts";
import { type Attempt, record } from "../samples.ts";
import { sendRequest } from "../send.ts";
import type { Send } from "../sending.ts";
import type { Settings } from "../settings.ts";
import { Trace } from "../trace.ts";
import { layered, sendWith } from "../transport.ts";
import { changed, type FlowCall, type Leg } from "./call.ts";

/** The attempts that one sending took: more than one where an idle connection had died. */
class Attempts {
  readonly #done: Attempt[] = [];
  /** One whose body is still to come: its times are not known yet. */
  #begun: Attempt | undefined;
  #late: ((attempt: Attempt) => void) | undefined;

  readonly began = (attempt: Attempt): void => void (this.#begun = attempt);

  readonly ended = (attempt: Attempt): void => {
    if (this.#late === undefined) this.#done.push(attempt);
    else this.#late(attempt);
  };

  /** Those that are over, once. */
  take(): Attempt[] {
    return this.#done.splice(0);
  }

  /** The one whose body is still to come. */
  get begun(): Attempt | undefined {
    return this.#begun;
  }

  /** What ends from now on, or has since `take`, goes to `late`. */
  passOn(late: (attempt: Attempt) => void): void {
    this.#late = late;
    for (const attempt of this.take()) late(attempt);
  }
}

/** Sends one request through the caller's layers, and records it as its listeners want it. */
export function attempting(call: FlowCall): Leg {
  const { events, settings, id } = call;
  const isTraced = TRACED.some((type) => events.has(type)) || events.has("connectionReleased") ||
    events.has("connectionClosed");

  return async (dressed, hop) => {
    const attempts = new Attempts();
    const trace = isTraced ? new Trace(events, { id, hop }, call.connections.acquired) : undefined;
    const leg: Settings = {
      ...settings,
      maxRedirects: 0,
      throwing: false,
      cookies: null,
      trace,
      onHead: attempts.began,
      onAttempt: attempts.ended,
    };
    const request = await changed(call, "requestToBeSent", dressed, hop);
    let response: Response;
    try {
      response = await send(call, request, leg, hop);
    } catch (error) {
      for (const attempt of attempts.take()) await recordTold(call, attempt);
      throw error;
    }
    await call.connections.settled();
    response.identify(id);
    const done = attempts.take();
    const last = attempts.begun === undefined ? done.pop() : undefined;
    for (const attempt of done) await recordTold(call, attempt);
    await judge(call, response, last, attempts);
    return response;
  };
}

async function send(
  { transport, layers, pool, first, id }: FlowCall,
  request: Prepared,
  leg: Settings,
  hop: number,
): Promise<Response> {
  if (transport === null && layers.length === 0) return await sendRequest(pool, request, leg);
  const core: Send = transport === null
    ? (outgoing) => sendRequest(pool, preparedOf(outgoing, first.target.urlName), leg)
    : (outgoing) => {
      sendWith(outgoing, leg);
      return transport.send(outgoing);
    };
  return await layered(layers, core)(outgoingOf(request, id, hop));
}

/** Records an attempt that gave no response. */
async function recordTold({ events }: FlowCall, attempt: Attempt): Promise<void> {
  if (!events.has("metricsToBeEmitted")) return record(attempt);
  const data = { response: null, metrics: editableMetrics(attempt) };
  await events.emit("metricsToBeEmitted", data);
  recordEdited(data.metrics, attempt);
}

/**
 * Records the attempt that gave the response, after its listeners have changed its samples: a failed
 * one when it is known whether the call has failed with it.
 *
 * @param last undefined when its body is still to come, and when a transport records nothing
 */
async function judge(
  call: FlowCall,
  response: Response,
  last: Attempt | undefined,
  attempts: Attempts,
): Promise<void> {
  const { events } = call;
  const failed = response.status === 0;
  const isJudged = events.has("responseReceived") || events.has("metricsToBeEmitted") ||
    (failed && events.has("requestFailed"));
  if (!isJudged) {
    if (last !== undefined) record(last);
    return attempts.passOn(record);
  }
  const known = last ?? attempts.begun;
  const before = known === undefined ? {} : editableMetrics(known);
  const { errorCode } = response;
  response.metrics = structuredClone(before);
  await events.emit("responseReceived", response);
  const commit = async () => {
    if (response.errorCode !== errorCode) reclassify(response);
    const data = { response, metrics: response.metrics };
    if (known !== undefined) await events.emit("metricsToBeEmitted", data);
    const { metrics } = data;
    if (last !== undefined) recordEdited(metrics, last);
    // The body of a stream is still to come: what was changed is kept until its times are known.
    attempts.passOn((attempt) => {
      recordEdited(withEdits(editableMetrics(attempt), before, metrics), attempt);
    });
  };
  if (failed) call.unrecorded = commit;
  else await commit();
}

function reclassify({ metrics, errorCode }: Response): void {
  for (const { tags } of Object.values(metrics)) {
    if (tags["error_code"] !== undefined) tags["error_code"] = String(errorCode);
  }
}

/** Edits that were made before a body had come, on samples that know its times. */
function withEdits(
  now: EditableMetrics,
  before: EditableMetrics,
  edited: EditableMetrics,
): EditableMetrics {
  const result: EditableMetrics = {};
  for (const [name, metric] of Object.entries(edited)) {
    const untouched = before[name]?.value === metric.value;
    result[name] = {
      value: untouched ? now[name]?.value ?? metric.value : metric.value,
      tags: metric.tags,
    };
  }
  return result;
}
