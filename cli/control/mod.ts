/**
 * A run that is controlled from outside: k6's REST API of it, and the client of that.
 *
 * @module
 */
export { checkToken, type ControlAddress, DEFAULT_ADDRESS, parseAddress } from "./address.ts";
export { type ApiRun, controlApi } from "./api.ts";
export { callStatus, type StatusAttributes } from "./client.ts";
export { refusal } from "./guard.ts";
export { type ControlServer, ControlStartError, serveControl } from "./server.ts";
