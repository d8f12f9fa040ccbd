/**
 * The commands that load or run a script once: their code loads for them alone.
 *
 * @module
 */
export { archiveCommand } from "./archive_command.ts";
export { checkCommand } from "./check_command.ts";
export { permsCommand } from "./perms_command.ts";
