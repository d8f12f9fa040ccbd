import { NetError } from "../../net/mod.ts";
import { HttpError } from "../errors.ts";

/** True for failures that a fresh connection may not have: the peer dropped an idle connection. */
export function diedUnanswered(error: unknown): boolean {
  return (error instanceof HttpError && error.code === "empty_reply") ||
    (error instanceof NetError &&
      (error.code === "connection_reset" || error.code === "broken_pipe"));
}
