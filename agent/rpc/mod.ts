/**
 * A client of Go's `net/rpc` with its gob codec, for methods that take and give nothing.
 *
 * @module
 */
export { isThisMachine, parseAddress } from "./address.ts";
export { createRpcClient, type RpcClient, type RpcConn } from "./client.ts";
export {
  type Backoff,
  backoffWaits,
  connectRpc,
  type ConnectRpcOptions,
  DEFAULT_BACKOFF,
} from "./connect.ts";
