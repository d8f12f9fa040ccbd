import { timingSafeEqual } from "node:crypto";
import { asksThisMachine } from "../../internal/mod.ts";
import { ApiError, errorResponse } from "./api_error.ts";

/**
 * Lets through who may control the run: with a token, whoever sends it; without, whoever asks this
 * machine by a name or address that means itself. A page whose name was made to lead here
 * (DNS rebinding) asks by that name.
 *
 * @throws {ApiError} 401, 403
 */
export async function checkAllowed(headers: Headers, token: string | null): Promise<void> {
  if (token === null) return checkHost(headers.get("host") ?? "");
  const sent = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (sent !== undefined && timingSafeEqual(await digest(sent), await digest(token))) return;
  throw new ApiError(
    401,
    "Unauthorized",
    sent === undefined ? "Authorization: Bearer TOKEN is missing" : "The token is wrong",
    { "www-authenticate": "Bearer" },
  );
}

/** The answer to those whom `checkAllowed` does not let through; null for the others. */
export async function refusal(headers: Headers, token: string | null): Promise<Response | null> {
  try {
    await checkAllowed(headers, token);
    return null;
  } catch (error) {
    return errorResponse(error);
  }
}

/** Hashed, values of any length compare in the same time. */
async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function checkHost(host: string): void {
  if (asksThisMachine(host)) return;
  throw new ApiError(
    403,
    "Forbidden",
    `Host is ${
      JSON.stringify(host)
    }: without a token only localhost, 127.0.0.1 and [::1] are served`,
  );
}
