const LF = 10;
const FIRST = "s".charCodeAt(0);
const NAME = new TextEncoder().encode("set-cookie:");

/** Whether the head of an HTTP/2 response, whose names are lower-case, sets a cookie. */
export function hasSetCookie(head: Uint8Array): boolean {
  for (let at = head.indexOf(LF); at >= 0; at = head.indexOf(LF, at + 1)) {
    if (head[at + 1] !== FIRST) continue;
    if (NAME.every((byte, index) => head[at + 1 + index] === byte)) return true;
  }
  return false;
}
