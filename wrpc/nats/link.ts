import { type Context, runInContext } from "../../metrics/mod.ts";
import type * as Nats from "../../nats/mod.ts";
import { WrpcError } from "../errors.ts";
import { transportMeter } from "../metrics.ts";
import { Inbox } from "./inbox.ts";
import type { NatsPlan } from "./options.ts";

/** What invocations of one side stand on: a connection, and their inboxes. */
export interface Link {
  /** The module, which is loaded with the first connection. */
  readonly nats: typeof Nats;
  readonly connection: Nats.Connection;
  readonly line: Nats.Line;
  readonly inbox: Inbox;
  /** Lets go of it; closes the connection unless it was given. */
  close(): Promise<void>;
}

/** Whom a link tells of its troubles. */
export interface LinkEvents {
  /** The connection was lost, or has ended (`over`): what was on its way is gone. */
  lost(error: WrpcError, over: boolean): void;
  /** The server doesn't allow to publish to a subject. */
  denied(subject: string, error: Nats.NatsError): void;
  /** Resolves when a drain may go on. */
  idle(): Promise<void>;
}

/**
 * Connects, or takes the connection given.
 *
 * @param context where the connection lives: that of the transport, not of one call
 * @throws {WrpcError} rejects with `connection_failed`
 */
export async function openLink(
  { connection: given, connect }: NatsPlan,
  side: "results" | "params",
  context: Context,
  events: LinkEvents,
): Promise<Link> {
  const begun = performance.now();
  try {
    const nats = await import("../../nats/mod.ts");
    // Closed by the transport: the place that made the transport owns that.
    const place = { ...context, owned: null };
    const connection = given ?? await runInContext(place, () => nats.connect(connect));
    runInContext(context, () => transportMeter("nats")).add(
      "connecting",
      performance.now() - begun,
    );
    return makeLink(nats, connection, given === undefined, side, events);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WrpcError("connection_failed", "connect", message, cause);
  }
}

function makeLink(
  nats: typeof Nats,
  connection: Nats.Connection,
  isOurs: boolean,
  side: "results" | "params",
  events: LinkEvents,
): Link {
  const line = nats.lineOf(connection.core);
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 22);
  const inbox = new Inbox(`${line.inboxPrefix}.${id}`, side);
  const fail = (cause: Error) => {
    events.lost(lost("its inbox was refused", cause), true);
    close().catch(() => {}); // Nobody else will: it is over.
  };
  const unsubscribe = line.subscribe(inbox.subject, "", inbox, fail);
  const stopErrors = connection.onError((error) => {
    const { cause, reason } = error;
    if (reason !== "permission_denied" || typeof cause !== "object" || cause === null) return;
    if ("subject" in cause && typeof cause.subject === "string") {
      events.denied(cause.subject, error);
    }
  });
  const stopDepending = connection.depend({
    idle: () => events.idle(),
    lost: () => events.lost(lost("what was on its way is gone"), false),
    ended: () => events.lost(lost("it has ended"), true),
  });
  const close = async () => {
    stopErrors();
    stopDepending();
    unsubscribe();
    inbox.forgetLate();
    if (isOurs) await connection.close();
  };
  return { nats, connection, line, inbox, close };
}

function lost(why: string, cause?: unknown): WrpcError {
  const message = `the connection to NATS was lost: ${why}`;
  return new WrpcError("connection_lost", "receive", message, cause);
}
