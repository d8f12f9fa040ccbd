import type { DigestRequest, UserPassword } from "./digest.ts";
import { DigestSession } from "./digest_session.ts";

/** Most origins whose challenges are remembered; the oldest goes out. */
const MAX_SESSIONS = 64;

/** Names of the fields by which a server, or a proxy, asks for credentials (RFC 9110 §11.6 and §11.7). */
export interface AuthFields {
  /** Status of the response that asks. */
  readonly status: 401 | 407;
  /** Lower-case name of the field with its challenges. */
  readonly challenge: string;
  /** Name of the field with the credentials. */
  readonly credentials: string;
  /** Lower-case name of the field that comes with success. */
  readonly info: string;
}

/** Authentication with the server. */
export const SERVER_AUTH: AuthFields = {
  status: 401,
  challenge: "www-authenticate",
  credentials: "Authorization",
  info: "authentication-info",
};

/** Authentication with a proxy. */
export const PROXY_AUTH: AuthFields = {
  status: 407,
  challenge: "proxy-authenticate",
  credentials: "Proxy-Authorization",
  info: "proxy-authentication-info",
};

/**
 * Credentials, and what servers asked for so far. Nothing of it is shown when it is printed. It goes
 * to every origin it is asked for: leaving it out after a redirect elsewhere is up to the caller.
 */
export class Auth {
  /** What kind it is. */
  readonly type: "basic" | "digest" | "bearer";
  readonly #value: string | null;
  readonly #user: UserPassword | null;
  #sessions: Map<string, DigestSession> | undefined;

  /** Made by `readAuth`: of credentials that are always the same, or of a user for challenges. */
  constructor(
    type: "basic" | "digest" | "bearer",
    value: string | null,
    user: UserPassword | null,
  ) {
    this.type = type;
    this.#value = value;
    this.#user = user;
  }

  /** The credentials when every request has the same; null when they depend on challenges. */
  get constant(): string | null {
    return this.#value;
  }

  /** The authentication of one request, with all its attempts, to an origin. */
  begin(origin: string, request: DigestRequest): AuthExchange {
    if (this.#user === null) return new AuthExchange(this.#value, null, request);
    return new AuthExchange(null, this.#session(origin, this.#user), request);
  }

  #session(origin: string, user: UserPassword): DigestSession {
    const sessions = this.#sessions ??= new Map();
    let session = sessions.get(origin);
    if (session === undefined) {
      if (sessions.size >= MAX_SESSIONS) sessions.delete(sessions.keys().next().value!);
      sessions.set(origin, session = new DigestSession(user));
    }
    return session;
  }
}

/** The authentication of one request: it is sent at most three times. */
export class AuthExchange {
  readonly #constant: string | null;
  readonly #session: DigestSession | null;
  readonly #request: DigestRequest;
  #sent: string | null = null;
  #renewed = false;

  /** Made by {@link Auth.begin}. */
  constructor(constant: string | null, session: DigestSession | null, request: DigestRequest) {
    this.#constant = constant;
    this.#session = session;
    this.#request = request;
  }

  /**
   * The credentials for the next attempt, made anew each time; null when there are none yet.
   *
   * @throws {HttpError} `auth_failed` when the body has to be protected but is streamed
   */
  authorize(): string | null {
    return this.#sent = this.#session?.authorize(this.#request) ?? this.#constant;
  }

  /**
   * Takes the challenges of a refusal; true when the request is to be sent again: after the first
   * challenge, and once more when the nonce was too old.
   *
   * @throws {HttpError} `auth_failed` when there are digest challenges, but none that can be answered
   */
  async challenged(fields: readonly string[]): Promise<boolean> {
    if (this.#session === null || this.#renewed) return false;
    this.#renewed = this.#sent !== null;
    return await this.#session.challenged(fields, this.#sent);
  }

  /** Takes the `Authentication-Info` fields of a response that is no refusal. */
  answered(fields: readonly string[]): void {
    this.#session?.answered(fields);
  }
}
