import type { Context } from "../metrics/mod.ts";
import type { CookieJar } from "./cookies/jar.ts";
import { readFields } from "./h1/mod.ts";
import { encode, type Prepared } from "./prepare.ts";
import type { Cookies } from "./settings.ts";

/**
 * The cookies of a client: a jar for each iteration of its virtual user (k6), or one for good. The
 * jar and what it stands on are loaded when the first cookie comes.
 */
export class CookieKeeper implements Cookies {
  readonly #context: Context;
  readonly #keeps: boolean;
  #jar: CookieJar | undefined;
  #turn: number;

  /** @param jar of the caller, kept for good; without one, a jar of its own */
  constructor(context: Context, jar: CookieJar | undefined, keeps: boolean) {
    this.#context = context;
    this.#jar = jar;
    this.#keeps = keeps || jar !== undefined;
    this.#turn = context.turn.count;
  }

  /** The jar of now; undefined when no cookie has come yet. */
  get current(): CookieJar | undefined {
    const { count } = this.#context.turn;
    if (count !== this.#turn) {
      this.#turn = count;
      if (!this.#keeps) this.#jar = undefined;
    }
    return this.#jar;
  }

  /** The jar of now, made if need be. */
  async load(): Promise<CookieJar> {
    if (this.current !== undefined) return this.#jar!;
    const { CookieJar } = await import("./cookies/jar.ts");
    return this.#jar ??= new CookieJar();
  }

  /** A request of the caller's own `Cookie` is left as it is. */
  attach(request: Prepared): Prepared {
    const jar = this.current;
    if (jar === undefined || jar.empty || request.headers.has("cookie")) return request;
    const value = jar.header(request.target.url);
    return value === null ? request : withCookie(request, value);
  }

  async store(url: string, setCookie: readonly string[]): Promise<void> {
    const jar = await this.load();
    await jar.store(url, setCookie);
  }
}

/** The values of a head's `Set-Cookie` fields. */
export function setCookieOf(head: Uint8Array): string[] {
  return readFields(head, true)
    .filter(([name]) => name.toLowerCase() === "set-cookie")
    .map(([, value]) => value);
}

/** The request with a `Cookie` field; the last one is kept, as it is often asked for again. */
export function withCookie(request: Prepared, value: string): Prepared {
  if (request.cookied?.value === value) return request.cookied.form;
  const headers = new Map(request.headers).set("cookie", [["Cookie", value]]);
  const form = encode(request.method, request.target, headers, request.body);
  form.base = request;
  request.cookied = { value, form };
  return form;
}
