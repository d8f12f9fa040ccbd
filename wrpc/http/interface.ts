import { findInterface, readWit, type WitInterface } from "../types/mod.ts";
import { HTTP_WIT } from "./wit.ts";

let known: WitInterface | null = null;

/** The interface `wrpc:http/incoming-handler@0.1.0`, read once. */
export function httpInterface(): WitInterface {
  return known ??= findInterface(readWit(HTTP_WIT), "wrpc:http/incoming-handler@0.1.0");
}
