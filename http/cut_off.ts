import { HttpError, type HttpPhase } from "./errors.ts";

/**
 * The error of an exchange whose connection ended too early.
 *
 * @param answered whether a byte of the response had come
 */
export function cutOff(answered: boolean, phase: HttpPhase): HttpError {
  return answered
    ? new HttpError("response_incomplete", phase, "connection closed inside the response")
    : new HttpError("empty_reply", phase, "connection closed before a response");
}
