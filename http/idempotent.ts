/** Methods whose requests may be sent again (RFC 9110 §9.2.2). */
export const IDEMPOTENT: readonly string[] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];
