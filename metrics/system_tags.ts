/** Names of the system tags that are recorded: what the engine knows of a sample without being told. */
export type SystemTags = ReadonlySet<string>;

/** Those that k6 records unless told otherwise. `vu`, `iter`, `ip` and `ocsp_status` are not among them. */
export const DEFAULT_SYSTEM_TAGS: SystemTags = new Set([
  "proto",
  "subproto",
  "status",
  "method",
  "url",
  "name",
  "group",
  "check",
  "error",
  "error_code",
  "tls_version",
  "scenario",
  "service",
  "expected_response",
]);
