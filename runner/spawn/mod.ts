/**
 * How shard processes are started. Apart from the rest of the runner, so that the command line can
 * start them before it has loaded the rest.
 *
 * @module
 */
export { permissionsOf, type ShardPermissions } from "./permissions.ts";
export { ownModules } from "./own_modules.ts";
export { processArguments, type ProcessOptions, spawnShard } from "./spawn.ts";
export { Standby } from "./standby.ts";
