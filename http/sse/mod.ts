/**
 * Server-sent events (HTML living standard, section 9.2): the parser, the events of one response,
 * and a source of events that connects again.
 *
 * @module
 */
export { EventStreamParser, type ServerSentEvent } from "./parser.ts";
export { events, type EventsOptions, type EventStreamResponse } from "./response.ts";
export { type Connect, eventSource, type EventSourceOptions, type WaitingClock } from "./reader.ts";
