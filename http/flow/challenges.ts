import {
  type Auth,
  type AuthExchange,
  type AuthOption,
  readAuth,
  SERVER_AUTH,
} from "../auth/mod.ts";
import { HttpError } from "../errors.ts";
import type { ClientEvents, UserCredentials } from "../events.ts";
import { readFields } from "../h1/mod.ts";
import { failed, failedTimings } from "../outcome.ts";
import { encode, type Prepared } from "../prepare.ts";
import type { Response } from "../response.ts";
import { type FlowCall, isRepeatable, type Leg, recorded, spent } from "./call.ts";

/** How often listeners are asked for credentials: who always gives the same wrong ones is stopped. */
const MAX_ASKED = 3;

/** Answers a server that asks for credentials, by the option `auth` or what listeners give. */
export function answeringChallenges(call: FlowCall, next: Leg): Leg {
  const { digest, first, events } = call;
  if (digest === null && !events.has("authRequired")) return next;

  return async (request, hop) => {
    // Credentials are for the origin that the caller named.
    let auth = request.target.origin === first.target.origin ? digest : null;
    let exchange = auth === null ? null : begin(auth, request);
    let refused: Response | undefined;
    for (let asked = 0;;) {
      const dressed = await unlessFailed(() => withCredentials(request, exchange));
      if (dressed instanceof HttpError) {
        return refused?.failedWith(dressed) ?? unsent(call, request, dressed);
      }
      const response = await next(dressed, hop);
      const isAnswered = await unlessFailed(() => takeAnswer(exchange, response));
      if (isAnswered instanceof HttpError) return await failedWith(call, response, isAnswered);
      if (response.status !== SERVER_AUTH.status) return response;
      const data: ClientEvents["authRequired"] = {
        response,
        answered: isAnswered && isRepeatable(request),
        credentials: null,
      };
      if (data.answered || asked++ < MAX_ASKED) await events.emit("authRequired", data);
      const { credentials } = data;
      if (credentials !== null) {
        if (!isRepeatable(request)) throw unrepeatable(request);
        const fields = fieldsOf(response, SERVER_AUTH.challenge);
        auth = readAuth(withType(credentials, fields));
        const other = exchange = begin(auth, request);
        const isTaken = auth.constant !== null ||
          await unlessFailed(() => other.challenged(fields));
        if (isTaken instanceof HttpError) return await failedWith(call, response, isTaken);
        if (!isTaken) return response;
      } else if (!data.answered) return response;
      await recorded(call);
      await spent(call, response);
      refused = response;
    }
  };
}

/** The call has failed with this response, whose body nobody gets. */
async function failedWith(
  call: FlowCall,
  response: Response,
  error: HttpError,
): Promise<Response> {
  await spent(call, response);
  return response.failedWith(error);
}

/** The failure of a request that can't be sent with what its server asks for. */
function unsent({ settings }: FlowCall, request: Prepared, error: HttpError): Response {
  const now = performance.now();
  const timings = failedTimings(undefined, false, now, now);
  return failed({ request, settings, attempts: 0 }, error, undefined, timings);
}

/** What a step gives, or why the server's challenge can't be answered. */
async function unlessFailed<T>(step: () => T | Promise<T>): Promise<T | HttpError> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof HttpError && error.code === "auth_failed") return error;
    throw error;
  }
}

function begin(auth: Auth, { method, target, body }: Prepared): AuthExchange {
  const content = body === null ? null : body.bytes ?? "streamed";
  return auth.begin(target.origin, { method, uri: target.path, body: content });
}

function withCredentials(request: Prepared, exchange: AuthExchange | null): Prepared {
  const value = exchange?.authorize() ?? null;
  if (value === null) return request;
  const { method, target, headers, body } = request;
  const fields = new Map(headers).set("authorization", [["Authorization", value]]);
  return encode(method, target, fields, body);
}

/** Whether the same credentials are to be sent again, in another form. */
async function takeAnswer(exchange: AuthExchange | null, response: Response): Promise<boolean> {
  if (exchange === null || response.status === 0) return false;
  if (response.status === SERVER_AUTH.status) {
    return await exchange.challenged(fieldsOf(response, SERVER_AUTH.challenge));
  }
  exchange.answered(fieldsOf(response, SERVER_AUTH.info));
  return false;
}

function withType(
  credentials: UserCredentials | AuthOption,
  challenges: readonly string[],
): AuthOption {
  if (typeof credentials !== "object" || "type" in credentials) return credentials;
  const type = challenges.some((field) => /(^|,)\s*digest\s/i.test(field)) ? "digest" : "basic";
  return { type, ...credentials };
}

function fieldsOf(response: Response, name: string): string[] {
  return readFields(response.rawHead, true)
    .filter(([field]) => field.toLowerCase() === name)
    .map(([, value]) => value);
}

function unrepeatable({ method, target }: Prepared): HttpError {
  const why = "its body is a stream, which can be sent once";
  return new HttpError(
    "auth_failed",
    "send",
    `${method} ${target.name} can't be sent again with credentials: ${why}`,
  );
}
