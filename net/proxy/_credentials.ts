import { Buffer } from "node:buffer";

/** A user name and a password, kept from whatever prints, copies or serializes objects. */
export class Credentials {
  readonly #username: string;
  readonly #password: string;

  /** Anything goes in; what a proxy can't take is refused where its options are read. */
  constructor(username: string, password: string) {
    this.#username = username;
    this.#password = password;
  }

  /** As they are, for who makes an answer to a challenge of them. */
  reveal(): { username: string; password: string } {
    return { username: this.#username, password: this.#password };
  }

  /** The value of `Proxy-Authorization`: RFC 7617, in UTF-8. */
  basic(): string {
    return `Basic ${Buffer.from(`${this.#username}:${this.#password}`).toString("base64")}`;
  }

  /** The request of RFC 1929, section 2. */
  socks5(): Uint8Array<ArrayBuffer> {
    const [username, password] = [Buffer.from(this.#username), Buffer.from(this.#password)];
    return Uint8Array.from([1, username.length, ...username, password.length, ...password]);
  }
}
