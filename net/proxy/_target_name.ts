import type { Address } from "../address.ts";
import { ipVersionOf } from "../../internal/mod.ts";
import { NetError } from "../errors.ts";

const NAME = /^[A-Za-z0-9._\-\u0080-\uffff]+$/;
const ASCII = /^[A-Za-z0-9._-]+$/;
const MAX_BYTES = 255; // RFC 1928 §5

/**
 * A target's host as a proxy is told it: an IP address as it is, a name in ASCII (A-labels of
 * RFC 5890).
 *
 * @throws {NetError} `address_invalid` for what is neither, before a byte of it is sent
 */
export function targetName({ host }: Address): string {
  if (ipVersionOf(host) !== 0) return host;
  // What URL would take for more than a name is refused before it is asked for the A-labels.
  const name = !NAME.test(host) || ASCII.test(host) ? host : URL.parse(`http://${host}`)?.hostname;
  if (name !== undefined && NAME.test(name) && name.length <= MAX_BYTES) return name;
  throw new NetError(
    "address_invalid",
    `a proxy can't be told the host ${JSON.stringify(host.slice(0, 300))}: it is not a name`,
    { phase: "proxy" },
  );
}
