import { checkNames, OptionError } from "../../internal/mod.ts";
import type { ShardPermissions } from "../../runner/mod.ts";
import type { Clock, ShardStarter } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import type { AgentSelf } from "./card.ts";
import { publicKey } from "./signature.ts";

/** An agent of a pool. */
export interface MemberOptions extends AgentSelf {
  /** The pool. Whoever opened it closes it, after the member. */
  readonly bus: Bus;
  /** Time of this machine. */
  readonly clock: Clock;
  /** Starts shards that may do just that. */
  readonly start: (permissions: ShardPermissions) => ShardStarter;
  /** How much of each part is kept until its coordinator has it, bytes. Default: 64 MiB. */
  readonly spoolBytes?: number | undefined;
  /** Takes lines for people. Default: nobody hears them. */
  readonly say?: ((text: string) => void) | undefined;
}

const NAMES = [
  ...["bus", "clock", "start", "spoolBytes", "say", "id", "labels", "cores", "slots", "policy"],
  ...["signers", "version"],
] as const satisfies readonly (keyof MemberOptions)[];

const ID = /^[-\w]{1,64}$/;
const LABEL = /^[-.\w]{1,64}$/;
const MAX_LABELS = 64;
const MAX_COUNT = 1024;
const MIN_SPOOL_BYTES = 1024 * 1024;

/** Refuses options that can't be. @throws {OptionError} */
export function checkMember(options: MemberOptions): void {
  checkNames("joinPool", options, NAMES);
  const { id, labels, cores, slots, signers, spoolBytes } = options;
  if (!ID.test(id)) {
    throw new OptionError(
      "id",
      `an agent's name has 1 to 64 letters, digits, - and _: ${JSON.stringify(id)}`,
    );
  }
  const pairs = Object.entries(labels);
  const bad = pairs.find(([name, value]) => !LABEL.test(name) || !LABEL.test(value));
  if (bad !== undefined || pairs.length > MAX_LABELS) {
    throw new OptionError(
      "labels",
      `labels are up to ${MAX_LABELS} pairs of 1 to 64 letters, digits, -, _ and dots` +
        (bad === undefined ? "" : `: ${JSON.stringify(bad.join("="))}`),
    );
  }
  checkCount("cores", cores);
  checkCount("slots", slots);
  for (const signer of signers) {
    if (publicKey(signer) === signer) continue;
    throw new OptionError("signers", `a signer is the base64 of a key's 32 bytes: ${signer}`);
  }
  if (spoolBytes !== undefined && !(spoolBytes >= MIN_SPOOL_BYTES)) {
    throw new OptionError("spoolBytes", `spoolBytes must be at least 1 MiB: ${spoolBytes}`);
  }
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT) return;
  throw new OptionError(name, `${name} must be a whole number from 1 to ${MAX_COUNT}: ${count}`);
}
