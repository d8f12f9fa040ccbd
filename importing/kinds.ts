import { looksLikeJson } from "./document.ts";
import type { ImportKind } from "./imported.ts";

/** Characters that are looked at, where the beginning says enough. */
const START = 1024 * 1024;

/** What text is by its content; null when it is nothing that is known. */
export function detectKind(text: string): ImportKind | null {
  const start = text.slice(0, START);
  if (looksLikeJson(start)) return ofJson(start, text);
  if (/^(openapi|swagger|"openapi"|'openapi')[ \t]*:/m.test(start)) return "openapi";
  if (isScript(start)) return "k6";
  const curl = /^[ \t]*(?:[$%>][ \t]+|\w+=\S*[ \t]+|sudo |time )*curl(?:\.exe)?(?:\s|\\|$)/m;
  return curl.test(start) ? "curl" : null;
}

function ofJson(start: string, text: string): ImportKind | null {
  if (/"(openapi|swagger)"\s*:\s*"/.test(start)) return "openapi";
  if (/"schema"\s*:\s*"[^"]*(getpostman|postman)\.com/.test(start)) return "postman";
  if (/^\s*\{\s*"log"\s*:/.test(start)) return "har";
  // Keys may come in any order.
  if (/"_postman_id"\s*:/.test(start)) return "postman";
  if (/"log"\s*:\s*\{/.test(text)) return "har";
  if (/"(openapi|swagger)"\s*:\s*"/.test(text)) return "openapi";
  return /"schema"\s*:\s*"[^"]*postman\.com/.test(text) ? "postman" : null;
}

function isScript(text: string): boolean {
  const named =
    /^[ \t]*import\s[^;]{0,2000}?from\s{0,9}["'](k6(\/|["'])|https:\/\/jslib\.k6\.io\/)/m;
  return named.test(text) || /\brequire\(\s{0,9}["']k6(\/|["'])/.test(text) ||
    /^[ \t]*import\s{0,9}["']k6/m.test(text);
}
