/**
 * Hosting components: whatever interface one exports can be called, and served over wRPC.
 *
 * @module
 */
export { HostError, type HostErrorCode, type HostPhase } from "./errors.ts";
export { type ComponentHost, type HostCallOptions, hostComponent } from "./host.ts";
export type { HostOptions } from "./options.ts";
export { serveComponent, type ServeComponentOptions } from "./serve_component.ts";
