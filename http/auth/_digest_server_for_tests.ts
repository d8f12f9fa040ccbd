import { createHash, randomBytes } from "node:crypto";

/** What a {@link digestServer} is like. */
export interface DigestServerOptions {
  /** Algorithms it offers, one challenge each. */
  readonly algorithms?: readonly string[];
  /** Protection it offers; null is that of RFC 2069. */
  readonly qop?: string | null;
  /** How often a nonce may be used. */
  readonly uses?: number;
  /** Whether it sends a new nonce with each success. */
  readonly nextnonce?: boolean;
  /** Whether every nonce is stale at once. */
  readonly alwaysStale?: boolean;
  /** Whether it wants the user's name hashed. */
  readonly userhash?: boolean;
}

/** A server for tests that checks digest credentials after RFC 7616, on its own. */
export interface DigestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Statuses that it answered with, in their order. */
  readonly statuses: number[];
  /** The nonce counts that it accepted, in their order. */
  readonly counts: string[];
  /** Forgets its nonces, as when it is started anew. */
  forget(): void;
}

const NAMES: Readonly<Record<string, string>> = {
  "MD5": "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
};

/** Starts one that knows the user `Mufasa` with the password `Circle of Life`. */
export function digestServer(options: DigestServerOptions = {}): DigestServer {
  const { algorithms = ["MD5"], qop = "auth", uses = Infinity } = options;
  /** Counts that were used, by nonce. */
  const nonces = new Map<string, Set<string>>();
  const statuses: number[] = [];
  const counts: string[] = [];
  const newNonce = (): string => {
    const nonce = randomBytes(12).toString("base64");
    nonces.set(nonce, new Set());
    return nonce;
  };
  const refuse = (stale: boolean): Response => {
    const headers = new Headers([["www-authenticate", 'Basic realm="not this"']]);
    const nonce = newNonce();
    for (const algorithm of algorithms) {
      headers.append(
        "www-authenticate",
        `Digest realm="savannah, \\"south\\"", nonce="${nonce}", opaque="o=1", algorithm=${algorithm}` +
          (qop === null ? "" : `, qop="${qop}"`) + (stale ? ", stale=true" : "") +
          (options.userhash ? ", userhash=true" : ""),
      );
    }
    return new Response("who is it?", { status: 401, headers });
  };
  const answer = async (request: Request): Promise<Response> => {
    const body = new Uint8Array(await request.arrayBuffer());
    const given = request.headers.get("authorization");
    if (given === null) return refuse(false);
    const params = readAnswer(given);
    const used = nonces.get(params.nonce ?? "");
    const { pathname, search } = new URL(request.url);
    if (params.uri !== pathname + search || params.opaque !== "o=1") {
      return new Response(`wrong ${JSON.stringify(params)}`, { status: 400 });
    }
    if (params.response !== expected(params, request.method, body, options)) return refuse(false);
    if (used === undefined || options.alwaysStale || used.size >= uses) return refuse(true);
    if (params.nc !== undefined && used.has(params.nc)) return refuse(false);
    used.add(params.nc ?? String(used.size));
    counts.push(params.nc ?? "-");
    const headers = new Headers();
    if (options.nextnonce) {
      headers.set("authentication-info", `qop=auth, nextnonce="${newNonce()}"`);
    }
    return new Response("hakuna matata", { headers });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const response = await answer(request);
    statuses.push(response.status);
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    statuses,
    counts,
    forget: () => nonces.clear(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function readAnswer(field: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (
    const [, name, quoted, token] of field.matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)
  ) {
    params[name!] = quoted?.replace(/\\(.)/g, "$1") ?? token!;
  }
  return params;
}

function expected(
  params: Record<string, string>,
  method: string,
  body: Uint8Array,
  { userhash = false }: DigestServerOptions,
): string {
  const [, name, session] = /^(.*?)(-sess)?$/.exec(params.algorithm ?? "MD5")!;
  const hash = (...parts: (string | Uint8Array | undefined)[]): string => {
    const state = createHash(NAMES[name!]!);
    parts.forEach((part, index) => state.update(index === 0 ? "" : ":").update(part ?? "missing"));
    return state.digest("hex");
  };
  const realm = 'savannah, "south"';
  if (params.username !== (userhash ? hash("Mufasa", realm) : "Mufasa")) return "wrong user";
  let key = hash("Mufasa", realm, "Circle of Life");
  if (session) key = hash(key, params.nonce, params.cnonce);
  const what = params.qop === "auth-int"
    ? hash(method, params.uri, hash(body))
    : hash(method, params.uri);
  if (params.qop === undefined) return hash(key, params.nonce, what);
  return hash(key, params.nonce, params.nc, params.cnonce, params.qop, what);
}
