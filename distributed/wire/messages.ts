/**
 * What the members of a pool tell each other, as JSON. What a shard and its parent say to each other
 * travels inside: see `runner/shard/protocol.ts`.
 *
 * @module
 */
import type { ControlState, ShardPermissions } from "../../runner/mod.ts";
import type { PoolErrorCode } from "../errors.ts";

/** The version of all that is here: members of others are refused. */
export const PROTOCOL = 1;

/** What an agent says of itself, twice a second. */
export interface AgentCard {
  readonly protocol: number;
  /** Of Downpour, for people and for `pool_version`. */
  readonly version: string;
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Cores that it may use: the number of its shards unless it says otherwise. */
  readonly cores: number;
  /** Parts of runs that it takes at the same time. */
  readonly slots: number;
  /** Parts that it runs, as `run.part`. */
  readonly running: readonly string[];
  /** What it gives scripts at most. */
  readonly policy: ShardPermissions;
  /** Public keys of signatures that it accepts, base64; empty when it takes bundles without one. */
  readonly signers: readonly string[];
  /** Grows with each card. */
  readonly beat: number;
}

/** What a run is, for its agents and for a coordinator that takes over. */
export interface RunSpec {
  readonly protocol: number;
  readonly version: string;
  readonly run: string;
  /** For people. */
  readonly title: string;
  /** Blob of the coordinator's request: everything that a new one needs to go on. */
  readonly request: string;
  /** Agents, by part. */
  readonly agents: readonly string[];
  readonly onLoss: "mark" | "redistribute" | "abort";
}

/** Who commands a run. */
export interface Lease {
  readonly holder: string;
  /** Grows with each new holder: agents refuse commands of an older one. */
  readonly epoch: number;
  /** Grows while the holder lives. */
  readonly beat: number;
}

/** When a load begins, milliseconds since the epoch, by the clock of the servers: it outlives coordinators. */
export interface RunStart {
  readonly startAt: number;
}

/** What was set live of a run. */
export interface RunControl {
  /** Of the coordinator that wrote it. */
  readonly epoch: number;
  /** Its times are by the clock of the servers, as they outlive coordinators; null for nothing. */
  readonly state: ControlState | null;
}

/** How a run ended. */
export interface RunEnd {
  readonly exitCode: number;
  /** Whether all that its parts sent was merged. */
  readonly complete: boolean;
  /** By the clock of its coordinator, milliseconds since the epoch. */
  readonly endedAt: number;
}

/**
 * A part of a run, for an agent to take. One whose run has no `RunSpec` any more, or a `RunEnd`, is
 * refused: it was over before it was taken.
 */
export interface PartJob {
  readonly protocol: number;
  readonly version: string;
  readonly run: string;
  /** Number of the part: that of the shard which the coordinator sees. */
  readonly part: number;
  /** What its shards may do. */
  readonly permissions: ShardPermissions;
  /** Shards to run; null for one a core. */
  readonly shards: number | null;
  /** Base64 of the Ed25519 signature of the bytes of the blob of the script, where the run has a key. */
  readonly signature: string | null;
  readonly signer: string | null;
  /** How often it is to say that it lives, milliseconds. */
  readonly beatMs: number;
}

/** A command to a part, as a live request; answered with `CommandAnswer`. */
export interface PartCommand {
  readonly epoch: number;
  /**
   * What it is to be done once for: the same key again does nothing. `CLOSE` ends the part, which
   * says goodbye; `CONFIRM` is no command, only `confirmed` counts: both come without a command.
   */
  readonly key: string;
  /**
   * The shard's command as JSON text; null when it is in a blob, as it was too long. In the
   * arguments of `load`, `source` and `images` stand as a `BlobRef` each, of their JSON text.
   */
  readonly command: string | null;
  readonly blob: string | null;
  /** Everything of the part up to this sequence has been merged: it need not be kept. */
  readonly confirmed: number;
}

/** Keys of a `PartCommand` that bring none: the part is to end, and to take note of `confirmed`. */
export const CLOSE = "close";
export const CONFIRM = "confirm";

/** Stands for JSON that is a blob of its own, so that many have it sent once. */
export interface BlobRef {
  readonly blob: string;
}

/** Whether it was taken. */
export interface CommandAnswer {
  readonly taken: boolean;
  /** The newest epoch that the agent knows of. */
  readonly epoch: number;
}

/** What a part says live: it lives, and how far it is. */
export interface PartBeat {
  readonly agent: string;
  /** Last sequence that it has given to the log, from 1; 0 before the first. */
  readonly sent: number;
  /** Bytes in its spool, and records that the spool had no room for. */
  readonly spooledBytes: number;
  readonly lost: number;
  /** Its clock less the coordinator's, milliseconds, and how far that may be off. */
  readonly clockOffsetMs: number | null;
  readonly clockErrorMs: number | null;
  /** When its load began, milliseconds since the epoch by the coordinator's clock; null before. */
  readonly startedAt: number | null;
  /** Why the agent does not run the part, which ends with this; null while it does. */
  readonly refused: { readonly code: PoolErrorCode; readonly message: string } | null;
}

/** The coordinator's time when it answered, milliseconds since the epoch. */
export interface ClockAnswer {
  /** Of that coordinator: those of two tell different times. */
  readonly epoch: number;
  readonly now: number;
}
