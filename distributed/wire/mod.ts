/**
 * What the members of a pool send each other: messages as JSON, and the records of what a part of
 * a run says.
 *
 * @module
 */
export * from "./messages.ts";
export {
  encodeMessage,
  readAgentCard,
  readClockAnswer,
  readCommandAnswer,
  readLease,
  readPartBeat,
  readPartCommand,
  readPartJob,
  readRunControl,
  readRunEnd,
  readRunSpec,
  readRunStart,
} from "./read_messages.ts";
export { type PartEnd, RecordReader } from "./record_reader.ts";
export { cutMessage, decodeRecord, encodeRecord, MAX_SEQUENCE, type UpRecord } from "./records.ts";
