/**
 * Local nats-servers for tests, demos and benches: found on this machine, set up, started on free
 * ports, ended with their scope. Nothing is installed from here: `tools/nats_server.sh` does that.
 *
 * @module
 */
export type {
  NatsOperator,
  NatsPermissions,
  NatsServerConfig,
  NatsServerTls,
  NatsSubjects,
  NatsUser,
} from "./config.ts";
export {
  type NatsCluster,
  type NatsLeafPair,
  startNatsCluster,
  startNatsLeafPair,
  untilLeafNodes,
} from "./cluster.ts";
export {
  accountClaims,
  credentialsText,
  keysOf,
  type NatsKeys,
  newKeys,
  operatorClaims,
  seedOf,
  signToken,
  type UserClaims,
  userClaims,
} from "./jwt.ts";
export { findNatsServer, listNatsServers, type NatsServerProgram } from "./find.ts";
export { type NatsServer, type NatsServerOptions, startNatsServer } from "./start.ts";
