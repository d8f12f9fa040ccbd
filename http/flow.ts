import { DownpourError } from "../internal/mod.ts";
import { type EditableMetrics, editableMetrics, recordEdited } from "./edit_metrics.ts";
import type { Emitter } from "./events.ts";
import { type Auth, type AuthExchange, SERVER_AUTH } from "./auth/mod.ts";
import { setCookieOf } from "./cookie_keeper.ts";
import { readFields } from "./h1/mod.ts";
import { outgoingOf, preparedOf } from "./outgoing.ts";
import type { OutgoingRequest } from "./outgoing_request.ts";
import type { Pool } from "./pool.ts";
import { encode, type Prepared } from "./prepare.ts";
import { isRedirect, redirected } from "./redirect.ts";
import type { Response } from "./response.ts";
import type { Retry } from "./retry.ts";
import { retryPauseMs, wantsRetry } from "./retrying.ts";
import { type Attempt, record } from "./samples.ts";
import { sendRequest } from "./send.ts";
import type { Settings } from "./settings.ts";
import type { Layer, Send, Transport } from "./sending.ts";
import { layered, sendWith } from "./transport.ts";

const TRACED = ["connectStart", "connectEnd", "connectError", "connectionAcquired"] as const;

/** What a call goes through that is more than sending. */
export interface Flow {
  readonly pool: Pool;
  /** Of the caller's own making; null for `pool`. */
  readonly transport: Transport | null;
  readonly layers: readonly Layer[];
  readonly events: Emitter;
  /** Credentials that depend on what the server asks. */
  readonly digest: Auth | null;
  readonly retry: Retry | null;
}

/**
 * Sends a request through all that its client and call ask for. In order: events and layers around
 * each attempt, another attempt where `retry` wants it, an answer to a challenge, cookies, redirects.
 *
 * Without any of that `sendRequest` does it alone, which is faster.
 */
export async function sendThrough(
  flow: Flow,
  first: Prepared,
  settings: Settings,
): Promise<Response> {
  const { events } = flow;
  const id = crypto.randomUUID();
  let request = first;
  if (events.has("requestCreated")) request = await changed("requestCreated", request, 0);
  try {
    for (let hop = 0;; hop++) {
      const response = await answered(request, hop);
      if (!isRedirect(response.status) || hop >= settings.maxRedirects) return await end(response);
      const next = await follow(response, request, hop);
      if (next === null) return await end(response);
      if (next instanceof DownpourError) return await end(response.failedWith(next));
      await spent(response);
      request = next;
    }
  } catch (error) {
    if (error instanceof DownpourError && error.code === "aborted") {
      await events.emit("requestAborted", { id, error });
    }
    throw error;
  }

  /** A response that another one follows gives its connection back. */
  async function spent(response: Response): Promise<void> {
    if (settings.mode === "stream" && response.error === null) await response.body.cancel();
  }

  /** One hop: its attempts, and the leg that answers a challenge. */
  async function answered(plain: Prepared, hop: number): Promise<Response> {
    const auth = authFor(plain);
    for (let attempt = 1;;) {
      const request = dressed(plain, auth);
      const response = await sendOnce(request, hop);
      await keepCookies(response);
      const resendable = !plain.body?.stream || plain.body.repeatable === true;
      if (await challenged(auth, response) && resendable) {
        await spent(response);
        await events.emit("authRequired", { response });
        continue;
      }
      if (
        flow.retry === null || !resendable ||
        !wantsRetry(flow.retry, plain.method, response, attempt)
      ) {
        return response;
      }
      await spent(response);
      await events.emit("requestRetried", { response, attempt: ++attempt });
      await pause(retryPauseMs(flow.retry, response, attempt - 1), settings.signal);
    }
  }

  /** Credentials are for the origin that the caller named. */
  function authFor({ method, target, body }: Prepared): AuthExchange | null {
    if (flow.digest === null || target.origin !== first.target.origin) return null;
    const content = body === null ? null : body.bytes ?? "streamed";
    return flow.digest.begin(target.origin, { method, uri: target.path, body: content });
  }

  /** With cookies and credentials. */
  function dressed(request: Prepared, auth: AuthExchange | null): Prepared {
    const withCookies = settings.cookies?.attach(request) ?? request;
    const credentials = auth?.authorize() ?? null;
    return credentials === null ? withCookies : withAuthorization(withCookies, credentials);
  }

  async function challenged(auth: AuthExchange | null, response: Response): Promise<boolean> {
    if (auth === null || response.status === 0) return false;
    if (response.status !== SERVER_AUTH.status) {
      auth.answered(fieldsOf(response, SERVER_AUTH.info));
      return false;
    }
    return await auth.challenged(fieldsOf(response, SERVER_AUTH.challenge));
  }

  async function sendOnce(dressed: Prepared, hop: number): Promise<Response> {
    const attempts: Attempt[] = [];
    /** Of a body that is still to come: its times are not known yet. */
    let begun: Attempt | undefined;
    let late: ((attempt: Attempt) => void) | undefined;
    const leg: Settings = {
      ...settings,
      maxRedirects: 0,
      throwing: false,
      cookies: null,
      trace: TRACED.some((type) => events.has(type))
        ? (type, data) => events.emit(type, data as never)
        : undefined,
      onHead: (attempt) => begun = attempt,
      onAttempt: (attempt) => late === undefined ? void attempts.push(attempt) : late(attempt),
    };
    const request = events.has("requestToBeSent")
      ? await changed("requestToBeSent", dressed, hop)
      : dressed;
    const response = await send(request, leg, hop);
    response.identify(id);
    const last = attempts.pop() ?? begun;
    for (const attempt of attempts) record(attempt);
    const judged = events.has("responseReceived") || events.has("metricsToBeEmitted");
    if (!judged) {
      if (last !== undefined && last !== begun) record(last);
      late = record;
      return response;
    }
    const before = last === undefined ? {} : editableMetrics(last);
    response.metrics = structuredClone(before);
    await events.emit("responseReceived", response);
    const data = { response, metrics: response.metrics };
    if (last !== undefined) await events.emit("metricsToBeEmitted", data);
    const { metrics } = data;
    if (last !== undefined && last !== begun) recordEdited(metrics, last);
    // The body of a stream is still to come: what was changed is kept until its times are known.
    late = (attempt) => recordEdited(withEdits(editableMetrics(attempt), before, metrics), attempt);
    for (const attempt of attempts.splice(0)) late(attempt); // A listener has read the body.
    return response;
  }

  async function send(request: Prepared, leg: Settings, hop: number): Promise<Response> {
    const { transport, layers, pool } = flow;
    if (transport === null && layers.length === 0) return await sendRequest(pool, request, leg);
    const core: Send = transport === null
      ? (outgoing) => sendRequest(pool, preparedOf(outgoing, first.target.urlName), leg)
      : (outgoing) => {
        sendWith(outgoing, leg);
        return transport.send(outgoing);
      };
    return await layered(layers, core)(outgoingOf(request, id, hop));
  }

  async function keepCookies(response: Response): Promise<void> {
    if (settings.cookies === null || response.rawHead.length === 0) return;
    const cookies = setCookieOf(response.rawHead);
    if (cookies.length === 0) return;
    // A listener or a layer may have sent it elsewhere: that is who set them.
    const data = { url: response.url, cookies };
    await events.emit("cookiesReceived", data);
    await settings.cookies.store(data.url, data.cookies);
  }

  async function follow(
    response: Response,
    request: Prepared,
    hop: number,
  ): Promise<Prepared | DownpourError | null> {
    let next: Prepared | null;
    try {
      next = redirected(request, response.status, response.rawHead, response.url);
    } catch (error) {
      return error as DownpourError;
    }
    if (next === null || !events.has("redirect")) return next;
    const data = { response, request: outgoingOf(next, id, hop + 1), follow: true };
    await events.emit("redirect", data);
    return data.follow ? preparedOf(data.request, first.target.urlName) : null;
  }

  async function changed(
    type: "requestCreated" | "requestToBeSent",
    request: Prepared,
    hop: number,
  ): Promise<Prepared> {
    const outgoing: OutgoingRequest = outgoingOf(request, id, hop);
    await events.emit(type, outgoing);
    return preparedOf(outgoing, first.target.urlName);
  }

  async function end(response: Response): Promise<Response> {
    const { error } = response;
    if (error !== null) {
      if (error.code === "request_timeout") await events.emit("requestTimeout", response);
      await events.emit("requestFailed", response);
      if (settings.throwing) throw error;
    }
    if (response.status === 101) await events.emit("upgrade", response);
    await events.emit("responseCompleted", response);
    return response;
  }
}

function withAuthorization({ method, target, headers, body }: Prepared, value: string): Prepared {
  const fields = new Map(headers).set("authorization", [["Authorization", value]]);
  return encode(method, target, fields, body);
}

function fieldsOf(response: Response, name: string): string[] {
  return readFields(response.rawHead, true)
    .filter(([field]) => field.toLowerCase() === name)
    .map(([, value]) => value);
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

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve(); // The next attempt says that it was aborted.
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
