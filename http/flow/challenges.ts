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
    for (let asked = 0;;) {
      const response = await next(withCredentials(request, exchange), hop);
      const isAnswered = await takeAnswer(exchange, response);
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
        exchange = begin(auth, request);
        if (auth.constant === null && !await exchange.challenged(fields)) return response;
      } else if (!data.answered) return response;
      await recorded(call);
      await spent(call, response);
    }
  };
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
