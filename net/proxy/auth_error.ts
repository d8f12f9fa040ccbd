import { NetError } from "../errors.ts";

/** An HTTP proxy asks for other credentials: `proxy_auth`. */
export class ProxyAuthError extends NetError {
  /** Values of its `Proxy-Authenticate` fields (RFC 9110 §11.7.1). */
  readonly challenges: readonly string[];

  /** Made by a tunnel. */
  constructor(message: string, challenges: readonly string[]) {
    super("proxy_auth", message, { phase: "proxy" });
    this.challenges = challenges;
  }
}
