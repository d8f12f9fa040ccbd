/** TLS 1.0, as `Response.tls_version` has it. */
export const TLS_1_0 = "tls1.0";
/** TLS 1.1. */
export const TLS_1_1 = "tls1.1";
/** TLS 1.2. */
export const TLS_1_2 = "tls1.2";
/** TLS 1.3. */
export const TLS_1_3 = "tls1.3";
/** The certificate is good, as `Response.ocsp.status` would have it. */
export const OCSP_STATUS_GOOD = "good";
/** The certificate is revoked. */
export const OCSP_STATUS_REVOKED = "revoked";
/** Its responder failed. */
export const OCSP_STATUS_SERVER_FAILED = "server_failed";
/** Nothing is known of it: what every response here says. */
export const OCSP_STATUS_UNKNOWN = "unknown";
