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
import { changed, type FlowCall, type Leg, recorded } from "./call.ts";

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
      await recordAll(call, attempts.take());
      throw error;
    }
    response.identify(id);
    const done = attempts.take();
    const last = attempts.begun === undefined ? done.pop() : undefined;
    call.last = response;
    const isJudged = judged(call, response, last, attempts);
    try {
      await call.connections.settled();
    } finally {
      if (done.length > 0) await recordAll(call, done);
    }
    if (!isJudged) return response;
    await events.emit("responseReceived", response);
    // The samples of a failed one wait for `requestFailed`.
    if (response.status !== 0) await recorded(call);
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

/** Records attempts that gave no response: all of them, whatever a listener throws. */
async function recordAll(call: FlowCall, attempts: readonly Attempt[]): Promise<void> {
  const [attempt, ...rest] = attempts;
  if (attempt === undefined) return;
  try {
    await recordTold(call, attempt);
  } finally {
    await recordAll(call, rest);
  }
}

async function recordTold({ events }: FlowCall, attempt: Attempt): Promise<void> {
  if (!events.has("metricsToBeEmitted")) return record(attempt);
  const data = { response: null, metrics: editableMetrics(attempt) };
  try {
    await events.emit("metricsToBeEmitted", data);
  } finally {
    recordEdited(data.metrics, attempt);
  }
}

/**
 * Records the attempt that gave the response, unless listeners may change its samples first: then
 * `recorded` does.
 *
 * @param last undefined when its body is still to come, and when a transport records nothing
 */
function judged(
  call: FlowCall,
  response: Response,
  last: Attempt | undefined,
  attempts: Attempts,
): boolean {
  const { events } = call;
  const failed = response.status === 0;
  const isJudged = events.has("responseReceived") || events.has("metricsToBeEmitted") ||
    (failed && events.has("requestFailed"));
  if (!isJudged) {
    if (last !== undefined) record(last);
    attempts.passOn(record);
    return false;
  }
  const known = last ?? attempts.begun;
  const before = known === undefined ? {} : editableMetrics(known);
  const { errorCode } = response;
  response.metrics = structuredClone(before);
  call.unrecorded = async () => {
    if (response.errorCode !== errorCode) reclassify(response);
    const data = { response, metrics: response.metrics };
    try {
      if (known !== undefined) await events.emit("metricsToBeEmitted", data);
    } finally {
      const { metrics } = data;
      // The body of a stream is still to come: what was changed is kept until its times are known.
      attempts.passOn((attempt) => {
        recordEdited(withEdits(editableMetrics(attempt), before, metrics), attempt);
      });
      if (last !== undefined) recordEdited(metrics, last);
    }
  };
  return true;
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
