import { type Closeable, type Context, currentContext } from "../../metrics/mod.ts";
import { Client } from "../client.ts";
import { CookieJar } from "../cookies/mod.ts";
import { inheritedOptions } from "../defaults.ts";
import type { ClientOptions } from "../client_options.ts";
import { HttpTransport } from "../transport.ts";
import { JarView } from "./_jar_view.ts";
import type { ResponseCallback } from "./expected.ts";

const USER = Symbol("downpour.http.k6");

/** What `k6/http` keeps for a virtual user: connections, its jar, its response callback. */
export class User implements Closeable {
  /** For calls that bring no cookies of their own. */
  readonly client: Client;
  /** What the run says about all clients. */
  readonly options: ClientOptions;
  /** Of `setResponseCallback`; undefined before. */
  responseCallback: ResponseCallback | null | undefined;
  readonly #context: Context;
  readonly #transport = new HttpTransport();
  #jar = new CookieJar();
  #turn: number;

  constructor(context: Context) {
    this.#context = context;
    // They live as long as their user, not only to the end of the iteration that needed them first.
    context.owned?.delete(this.#transport);
    this.#turn = context.turn.count;
    this.options = inheritedOptions(context);
    this.client = this.clientWith(new JarView(() => this.jar));
  }

  /** The jar of this iteration; of all of them where the run keeps cookies. */
  get jar(): CookieJar {
    const { count } = this.#context.turn;
    if (count !== this.#turn) {
      this.#turn = count;
      if (!this.options.keepCookies) this.#jar = new CookieJar();
    }
    return this.#jar;
  }

  /** A client with the same connections and another jar. */
  clientWith(jar: CookieJar): Client {
    return new Client({ transport: this.#transport, jar });
  }

  close(): void {
    this.#transport.close();
  }
}

/** The running virtual user's, which live as long as it. */
export function currentUser(): User {
  const context = currentContext();
  let user = context.locals.get(USER) as User | undefined;
  if (user === undefined) context.locals.set(USER, user = new User(context));
  return user;
}
