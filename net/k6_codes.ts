import type { NetErrorCode } from "./errors.ts";

/** k6's numeric error codes, for the tag `error_code`. What isn't here is 1000, its generic one. */
const K6_CODES: Readonly<Partial<Record<NetErrorCode, number>>> = {
  idle_timeout: 1050,
  dns_failed: 1100,
  dns_timeout: 1100,
  dns_not_found: 1101,
  address_blocked: 1110,
  host_blocked: 1111,
  socket_failed: 1200,
  broken_pipe: 1201,
  generator_saturated: 1210,
  proxy_auth: 1210,
  proxy_refused: 1210,
  proxy_malformed: 1210,
  connection_timeout: 1211,
  proxy_timeout: 1211,
  connection_refused: 1212,
  host_unreachable: 1213,
  path_not_found: 1213,
  connection_reset: 1220,
  tls_failed: 1300,
  tls_timeout: 1300,
  tls_truncated: 1300,
  tls_record: 1301,
  tls_certificate: 1310,
  tls_hostname: 1311,
};

/** k6's number for what went wrong with a socket; undefined for what its table doesn't have. */
export function k6NetCode(code: string): number | undefined {
  return K6_CODES[code as NetErrorCode];
}
