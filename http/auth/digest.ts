import { HttpError } from "../errors.ts";
import type { Challenge } from "./challenge.ts";
import type { Hash, HashName } from "./hash.ts";
import { utf8 } from "./text.ts";

/** A digest challenge that can be answered (RFC 7616 §3.3). */
export interface DigestChallenge {
  /** Part of what is hashed; Latin-1, as on the wire. */
  readonly realm: string;
  /** The server's number for this challenge. */
  readonly nonce: string;
  /** Given back as it is; null when there is none. */
  readonly opaque: string | null;
  /** As the server wrote it; null when it did not, which is MD5. */
  readonly algorithm: string | null;
  /** The hash function of the algorithm. */
  readonly hash: HashName;
  /** Whether the key is bound to the nonces (`-sess`). */
  readonly session: boolean;
  /** What may be protected; empty with servers before RFC 2617. */
  readonly qop: readonly ("auth" | "auth-int")[];
  /** Whether the credentials were right and only the nonce was too old. */
  readonly stale: boolean;
  /** Whether the user's name is to be sent hashed. */
  readonly userhash: boolean;
}

/** A request as digest authentication sees it. */
export interface DigestRequest {
  /** Method. */
  readonly method: string;
  /** The request target as it is sent: path and query, or `host:port` with CONNECT. */
  readonly uri: string;
  /** The body's bytes; null without a body, `streamed` when they are not known before they are sent. */
  readonly body: Uint8Array | null | "streamed";
}

/** User name and password. */
export interface UserPassword {
  /** User name. */
  readonly username: string;
  /** Password. */
  readonly password: string;
}

const HASHES: Readonly<Record<string, HashName>> = {
  "md5": "md5",
  "sha-256": "sha256",
  "sha-512-256": "sha512-256",
};

/** From the weakest on. */
const STRENGTH: readonly HashName[] = ["md5", "sha256", "sha512-256"];

/**
 * The strongest digest challenge that can be answered; null when there is no digest among them.
 *
 * @throws {HttpError} `auth_failed` when all there are can't be answered, saying why
 */
export function chooseDigest(challenges: readonly Challenge[]): DigestChallenge | null {
  let best: DigestChallenge | null = null;
  let problem: string | null = null;
  for (const challenge of challenges) {
    if (challenge.scheme !== "digest") continue;
    const read = readDigest(challenge);
    if (typeof read === "string") problem ??= read;
    else if (best === null || STRENGTH.indexOf(read.hash) > STRENGTH.indexOf(best.hash)) {
      best = read;
    }
  }
  if (best === null && problem !== null) throw failed(`digest challenge ${problem}`);
  return best;
}

/** The challenge, or what is wrong with it. */
function readDigest({ params }: Challenge): DigestChallenge | string {
  const realm = params.get("realm");
  const nonce = params.get("nonce");
  if (realm === undefined) return "has no realm";
  if (nonce === undefined || nonce === "") return "has no nonce";
  const algorithm = params.get("algorithm") ?? null;
  const [, name, session] = /^(.*?)(-sess)?$/.exec(algorithm?.toLowerCase() ?? "md5")!;
  const hash = Object.hasOwn(HASHES, name!) ? HASHES[name!] : undefined;
  if (hash === undefined) return `has an unknown algorithm: ${show(algorithm)}`;
  const offered = params.get("qop")?.toLowerCase().split(",").map((qop) => qop.trim());
  const qop = (["auth", "auth-int"] as const).filter((known) => offered?.includes(known));
  if (offered !== undefined && qop.length === 0) {
    return `has an unknown qop: ${show(params.get("qop"))}`;
  }
  return {
    realm,
    nonce,
    opaque: params.get("opaque") ?? null,
    algorithm,
    hash,
    session: session !== undefined,
    qop,
    stale: params.get("stale")?.toLowerCase() === "true",
    userhash: params.get("userhash")?.toLowerCase() === "true",
  };
}

/** Hash of user, realm and password: the secret that all answers to a realm are made with. */
export function digestKey(hash: Hash, challenge: DigestChallenge, user: UserPassword): string {
  const text = `${utf8(user.username)}:${challenge.realm}:${utf8(user.password)}`;
  return hash(challenge.hash, text);
}

/**
 * The `Authorization` field that answers a challenge (RFC 7616 §3.4). A body is protected
 * (`auth-int`) only where the server takes nothing else.
 *
 * @param key what `digestKey` gave
 * @param count how often the nonce was used, this time included
 * @param cnonce the client's number for the nonce: the same each time, so that the key of a session
 *   is the same for servers that make it once and for those that make it each time
 * @throws {HttpError} `auth_failed` when the body has to be protected but is streamed
 */
export function answerDigest(
  hash: Hash,
  challenge: DigestChallenge,
  username: string,
  key: string,
  request: DigestRequest,
  count: number,
  cnonce: string,
): string {
  const { realm, nonce, opaque, algorithm, qop: offered } = challenge;
  const digest = (data: string | Uint8Array): string => hash(challenge.hash, data);
  const qop = offered[0];
  const uri = utf8(request.uri);
  const nc = count.toString(16).padStart(8, "0");
  const secret = challenge.session ? digest(`${key}:${nonce}:${cnonce}`) : key;
  const what = digest(
    `${request.method}:${uri}${qop === "auth-int" ? bodyPart(request, digest) : ""}`,
  );
  const response = digest(
    qop === undefined
      ? `${secret}:${nonce}:${what}`
      : `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${what}`,
  );
  const fields = [
    challenge.userhash
      ? `username="${digest(`${utf8(username)}:${realm}`)}"`
      : usernameField(username),
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (algorithm !== null) fields.push(`algorithm=${algorithm}`);
  if (qop !== undefined) fields.push(`qop=${qop}`, `nc=${nc}`);
  if (qop !== undefined || challenge.session) fields.push(`cnonce=${quote(cnonce)}`);
  if (opaque !== null) fields.push(`opaque=${quote(opaque)}`);
  if (challenge.userhash) fields.push("userhash=true");
  return `Digest ${fields.join(", ")}`;
}

function bodyPart({ body }: DigestRequest, digest: (data: Uint8Array) => string): string {
  if (body !== "streamed") return `:${digest(body ?? new Uint8Array())}`;
  throw failed("server wants the body protected (qop auth-int), which a streamed body can't be");
}

/** What is not ASCII goes as an extended parameter (RFC 8187), as RFC 7616 §3.4 says. */
function usernameField(username: string): string {
  const bytes = utf8(username);
  if (/^[\x20-\x7e]*$/.test(bytes)) return `username=${quote(bytes)}`;
  const encoded = bytes.replace(
    /[^A-Za-z0-9!#$&+\-.^_`|~]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return `username*=UTF-8''${encoded}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function show(text: string | null | undefined): string {
  return JSON.stringify(text?.slice(0, 60));
}

function failed(message: string): HttpError {
  return new HttpError("auth_failed", "headers", message);
}
