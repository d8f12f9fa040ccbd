import { checkNames, OptionError } from "../../internal/mod.ts";
import type { Connection, ConnectOptions } from "../../nats/mod.ts";

/** Where and how to call over NATS: options of `nats.connect`, or a connection that is there. */
export interface NatsTransportOptions extends ConnectOptions {
  /** One server; the same as `urls`. @default {"nats://127.0.0.1:4222"} */
  readonly url?: string;
  /** What the subjects of the functions begin with. @default {""} */
  readonly prefix?: string;
  /** A connection to share; it stays open. Excludes all options of connecting. */
  readonly connection?: Connection;
}

/** Where and how to serve over NATS. */
export interface NatsServerOptions extends NatsTransportOptions {
  /** Queue group: each invocation goes to one of its servers. @default {""} */
  readonly queueGroup?: string;
  /** Most invocations at the same time; one beyond is refused. @default {10000} */
  readonly maxInvocations?: number;
}

/** Options, checked. */
export interface NatsPlan {
  readonly prefix: string;
  readonly connection: Connection | undefined;
  readonly connect: ConnectOptions;
}

const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/;

/** Checks what both sides have in common; `nats.connect` checks its own. @throws {OptionError} */
export function readNatsOptions(what: string, options: NatsTransportOptions): NatsPlan {
  if (typeof options !== "object" || options === null) checkNames(what, options, []);
  const { url, prefix = "", connection, ...connect } = options;
  if (typeof prefix !== "string" || (prefix !== "" && !SUBJECT.test(prefix))) {
    const message = `prefix of ${what} is ${JSON.stringify(prefix)}: give a subject, no wildcards`;
    throw new OptionError("prefix", message);
  }
  if (url !== undefined && connect.urls !== undefined) {
    throw new OptionError("url", `${what} takes url or urls, not both`);
  }
  if (connection !== undefined) {
    const [other] = [...(url === undefined ? [] : ["url"]), ...Object.keys(connect)];
    if (other !== undefined) {
      throw new OptionError(other, `${what} has a connection: ${other} says how to make one`);
    }
  }
  return { prefix, connection, connect: url === undefined ? connect : { ...connect, urls: url } };
}

/** What a server has besides, checked. @throws {OptionError} */
export function readServerOptions(
  { queueGroup = "", maxInvocations = 10_000, ...options }: NatsServerOptions,
): NatsPlan & { readonly queueGroup: string; readonly maxInvocations: number } {
  const given = `${JSON.stringify(queueGroup)}: give a name without spaces`;
  if (typeof queueGroup !== "string" || /\s/.test(queueGroup)) {
    throw new OptionError("queueGroup", `queueGroup of wrpc.natsServer is ${given}`);
  }
  if (!(Number.isSafeInteger(maxInvocations) && maxInvocations > 0)) {
    const message = `maxInvocations of wrpc.natsServer is ${maxInvocations}: give a whole number`;
    throw new OptionError("maxInvocations", message);
  }
  return { ...readNatsOptions("wrpc.natsServer", options), queueGroup, maxInvocations };
}
