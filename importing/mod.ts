/**
 * Scripts made of what describes requests already: HTTP archives, curl's command lines, OpenAPI
 * documents, Postman collections and scripts written for k6; and of requests that pass a proxy.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { importScript } from "./mod.ts";
 *
 * const { kind, script } = await importScript("orders.sh", "curl http://127.0.0.1:8000/orders");
 * assert.equal(kind, "curl");
 * assert.match(script, /client\.get\("\/orders"\)/);
 * ```
 *
 * @module
 */
export { ImportError, type ImportErrorCode, type ImportFault } from "./errors.ts";
export { IMPORT_KINDS, type Imported, type ImportKind, type ImportOptions } from "./imported.ts";
export { importScript } from "./import_script.ts";
export { K6_MODULES } from "./k6/modules.ts";
export { LIMITS as IMPORT_LIMITS } from "./limits.ts";
export type { Exchange, RecordedBody, RecordedField } from "./exchanges/exchange.ts";
export { authorityOf, type KeptAuthority } from "./record/authority_folder.ts";
export type { Authority } from "./record/certificate.ts";
export { type Recorder, type RecorderOptions, startRecorder } from "./record/proxy.ts";
export { recordedScript } from "./record/script.ts";
