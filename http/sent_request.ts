import { Request } from "./request.ts";

/** A request that was sent: it can be sent again. */
export class SentRequest extends Request {
  /** The UUID that events know its call by; empty when nobody listened. */
  readonly id: string;

  /** Made by a response. */
  constructor(
    id: string,
    url: string,
    method: string,
    headers: Iterable<readonly [string, string]>,
  ) {
    super(url, { method, headers });
    this.id = id;
  }
}
