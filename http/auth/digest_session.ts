import { parseChallenges, parseParams } from "./challenge.ts";
import {
  answerDigest,
  chooseDigest,
  type DigestChallenge,
  digestKey,
  type DigestRequest,
  type UserPassword,
} from "./digest.ts";
import { type Hash, loadHash } from "./hash.ts";

/** A challenge in use, with what is made once for it. */
interface Current {
  readonly hash: Hash;
  readonly challenge: DigestChallenge;
  readonly key: string;
  readonly cnonce: string;
  /** How often its nonce was used. */
  count: number;
}

/**
 * Digest authentication with one origin (RFC 7616). After the first challenge requests are
 * authorized before they are sent, each with the next count of the nonce.
 */
export class DigestSession {
  readonly #user: UserPassword;
  readonly #makeCnonce: () => string;
  #current: Current | null = null;

  /** @param makeCnonce makes the client's nonces; random by default */
  constructor(user: UserPassword, makeCnonce: () => string = randomHex) {
    this.#user = user;
    this.#makeCnonce = makeCnonce;
  }

  /**
   * The credentials to send with a request; null before the first challenge.
   *
   * @throws {HttpError} `auth_failed` when the body has to be protected but is streamed
   */
  authorize(request: DigestRequest): string | null {
    const current = this.#current;
    if (current === null) return null;
    const { hash, challenge, key, cnonce } = current;
    const { username } = this.#user;
    return answerDigest(hash, challenge, username, key, request, ++current.count, cnonce);
  }

  /**
   * Takes the challenges of a 401 (or 407).
   *
   * @param sent the credentials that were refused; null when there were none
   * @returns whether to send the request again: not when there is no digest challenge, or when the
   *   server knows the credentials and doesn't say that the nonce was too old
   * @throws {HttpError} `auth_failed` when there are digest challenges, but none that can be answered
   */
  async challenged(fields: readonly string[], sent: string | null): Promise<boolean> {
    const challenge = chooseDigest(parseChallenges(fields));
    if (challenge === null) return false;
    if (sent !== null && !challenge.stale) {
      // A server that forgot its nonces may not say stale: the next request begins anew.
      this.#current = null;
      return false;
    }
    const hash = await loadHash();
    const last = this.#current;
    const known = last !== null && last.challenge.realm === challenge.realm &&
      last.challenge.hash === challenge.hash;
    const key = known ? last.key : digestKey(hash, challenge, this.#user);
    this.#current = { hash, challenge, key, cnonce: this.#makeCnonce(), count: 0 };
    return true;
  }

  /**
   * Takes the `Authentication-Info` of a response: `nextnonce` is the nonce from now on (RFC 7616
   * §3.5). `rspauth` is not checked: a load test trusts its target. What is malformed is ignored.
   */
  answered(fields: readonly string[]): void {
    if (this.#current === null || fields.length === 0) return;
    const nonce = parseParams(fields.join(", "))?.get("nextnonce");
    if (nonce === undefined || nonce === "" || nonce === this.#current.challenge.nonce) return;
    const challenge = { ...this.#current.challenge, nonce };
    this.#current = { ...this.#current, challenge, cnonce: this.#makeCnonce(), count: 0 };
  }
}

function randomHex(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
