import { checkNames, OptionError } from "../../internal/mod.ts";
import {
  type AuthOption,
  checkCallback,
  CookieJar,
  type CookiesInput,
  type HeadersInput,
  readAuth,
  type ResponseCallback,
} from "../../http/semantics/mod.ts";
import type { Labels } from "../tags.ts";

/**
 * What becomes of a response's body: true keeps it in memory, false reads and drops it, `"stream"`
 * leaves it to be read as it comes.
 */
export type Consume = boolean | "stream";

/** Credentials: those of the URL, of `AuthOption`, or, as xk6-wrpc has them, a name and a password. */
export type WrpcAuth =
  | "basic"
  | Extract<AuthOption, { token: string }>
  | {
    /** Basic authentication. @default {"basic"} */
    readonly type?: "basic";
    /** User name, without a colon. */
    readonly username: string;
    /** Password. */
    readonly password: string;
  };

/** Parameters of a call; unknown ones are refused. */
export interface WrpcHttpParams {
  /** Credentials; those in the URL are sent as basic ones. */
  readonly auth?: WrpcAuth | null;
  /** Sent with this request, beside the jar's; not kept. */
  readonly cookies?: CookiesInput | null;
  /** Added to the request. */
  readonly headers?: HeadersInput | null;
  /** The jar to use in place of the client's. */
  readonly jar?: CookieJar | null;
  /** Added to the samples; `name` takes the place of the URL. */
  readonly tags?: Labels | null;
  /** Longest time of the request, body included: milliseconds or `"10s"`. Default: the client's. */
  readonly timeout?: number | string | null;
  /** What becomes of the response's body. Default: the client's. */
  readonly consume?: Consume | null;
  /** Sent behind the body. */
  readonly trailers?: HeadersInput | Promise<HeadersInput> | null;
  /** Which statuses are expected; null: nobody judges. Default: the client's. */
  readonly responseCallback?: ResponseCallback | null;
  /** Rejects when there is no response. Default: the client's. */
  readonly throw?: boolean | null;
  /** Stops the request. */
  readonly signal?: AbortSignal | null;
}

const NAMES = [
  ...["auth", "cookies", "headers", "jar", "tags", "timeout", "consume"],
  ...["trailers", "responseCallback", "throw", "signal"],
];

/** Checks what nobody else does. @throws {OptionError} */
export function checkParams(params: WrpcHttpParams): void {
  checkNames("params", params, NAMES);
  const { jar, consume, responseCallback } = params;
  checkJar(jar ?? undefined);
  checkConsume(consume ?? undefined);
  if (responseCallback !== undefined) checkCallback("responseCallback", responseCallback);
}

/** Checks the option `jar`. @throws {OptionError} */
export function checkJar(jar: CookieJar | undefined): void {
  if (jar === undefined || jar instanceof CookieJar) return;
  throw new OptionError("jar", "jar is no jar: give a CookieJar");
}

/** Checks the option `consume`. @throws {OptionError} */
export function checkConsume(consume: Consume | undefined): void {
  if (consume === undefined || typeof consume === "boolean" || consume === "stream") return;
  throw new OptionError(
    "consume",
    `consume is ${JSON.stringify(consume)}: choose true, false or "stream"`,
  );
}

/** The field `Authorization` for an option; undefined where it says nothing. @throws {OptionError} */
export function readCredentials(auth: WrpcAuth | null | undefined): string | undefined {
  if (auth === undefined || auth === null || auth === "basic") return undefined;
  if (typeof auth === "string") throw unknown(auth);
  if (typeof auth === "object" && (auth as { type?: unknown }).type === "digest") {
    throw unknown("digest");
  }
  const option =
    (typeof auth === "object" && auth.type === undefined
      ? { type: "basic", ...auth }
      : auth) as AuthOption;
  return readAuth(option).constant ?? undefined;
}

function unknown(auth: string): OptionError {
  return new OptionError(
    "auth",
    `auth is ${auth}, which needs an answer before the request: choose basic or bearer`,
  );
}
