import type { ShardCommand } from "../../runner/remote/mod.ts";

/**
 * A command with its times by this machine's clock.
 *
 * @param offsetMs this clock less the coordinator's
 * @param now by this clock
 */
export function onThisMachine(command: ShardCommand, offsetMs: number, now: number): ShardCommand {
  if (command.call === "start") {
    const { startAt, joinAt, data } = command.args;
    const args = {
      startAt: startAt + offsetMs,
      sentAt: now,
      joinAt: joinAt === null ? null : joinAt + offsetMs,
      data,
    };
    return { ...command, args };
  }
  if (command.call === "control" && "at" in command.args) {
    return { ...command, args: { ...command.args, at: command.args.at + offsetMs } };
  }
  return command;
}
