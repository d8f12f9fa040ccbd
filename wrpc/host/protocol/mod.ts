/**
 * What a host and its processes say to each other, over stdin and stdout.
 *
 * @module
 */
export {
  BODY_WINDOW,
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameType,
  joined,
  MAX_PAYLOAD_BYTES,
} from "./frames.ts";
export {
  decodeCall,
  decodeCredit,
  decodeFailure,
  decodeLine,
  decodePlan,
  encodeCall,
  encodeCredit,
  encodeJson,
  type Failure,
  HANDLER_INDEX,
  type Plan,
  type PlannedFunction,
} from "./messages.ts";
