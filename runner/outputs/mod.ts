/**
 * Brings a run's numbers to its outputs: queues, retries, limits, and the count of what was lost.
 *
 * @module
 */
export { OutputManager, type OutputSource } from "./manager.ts";
