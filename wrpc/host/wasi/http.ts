import { WasiFailure } from "./_fail.ts";
import { Fields } from "./fields.ts";
import {
  FutureTrailers,
  IncomingBody,
  IncomingRequest,
  OutgoingBody,
  OutgoingResponse,
  ResponseOutparam,
} from "./http_messages.ts";

/** `wasi:http/types`, and an `outgoing-handler` that refuses: a component gets no network. */
export function httpTypes() {
  return {
    "wasi:http/types": {
      Fields,
      FutureIncomingResponse: class FutureIncomingResponse {},
      FutureTrailers,
      IncomingBody,
      IncomingRequest,
      IncomingResponse: class IncomingResponse {},
      OutgoingBody,
      OutgoingRequest: class OutgoingRequest {},
      OutgoingResponse,
      RequestOptions: class RequestOptions {},
      ResponseOutparam,
      httpErrorCode: () => undefined,
    },
    "wasi:http/outgoing-handler": {
      handle: () => {
        throw new WasiFailure({ tag: "HTTP-request-denied" });
      },
    },
  };
}
