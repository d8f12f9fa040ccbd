import type { NatsPermissions } from "../../../nats/server/mod.ts";
import { inboxOf } from "../nats/options.ts";
import { type Places, placesOf } from "../nats/places.ts";

/** Permissions of a role: what it may publish to and subscribe to, and nothing else. */
export interface RolePermissions extends NatsPermissions {
  /** Subjects that it may publish to. */
  readonly publish: readonly string[];
  /** Subjects that it may subscribe to. */
  readonly subscribe: readonly string[];
}

/** What a coordinator may do: set up the pool, offer jobs, command parts, read and clear the log. */
export function coordinatorPermissions(prefix: string): RolePermissions {
  const places = placesOf(prefix);
  const streams = streamsOf(places);
  return {
    publish: [
      "$JS.API.INFO",
      ...streams.flatMap((stream) => [
        `$JS.API.STREAM.INFO.${stream}`,
        `$JS.API.STREAM.CREATE.${stream}`,
        `$JS.API.STREAM.UPDATE.${stream}`,
        `$JS.API.STREAM.PURGE.${stream}`,
        `$JS.API.STREAM.MSG.GET.${stream}`,
      ]),
      ...[places.log, places.keysStream, places.blobsStream].flatMap(reading),
      places.keySubject(">"),
      `$O.${places.blobs}.>`,
      places.jobsSubject("jobs.*"),
      places.liveSubject("down.>"),
    ],
    subscribe: [
      `${inboxOf(prefix, "coordinator")}.>`,
      places.liveSubject("beat.>"),
      places.liveSubject("clock.*"),
    ],
  };
}

/**
 * What an agent may do: say that it is there, take its jobs, read scripts, say how its parts do.
 *
 * @param agent its id; null for a user that all agents share, who may then take each other's jobs
 */
export function agentPermissions(prefix: string, agent: string | null): RolePermissions {
  const places = placesOf(prefix);
  const name = agent ?? "*";
  const queue = `jobs.${name}`;
  const consumer = agent === null ? "*" : places.jobsConsumer(queue);
  return {
    publish: [
      "$JS.API.INFO",
      ...streamsOf(places).map((stream) => `$JS.API.STREAM.INFO.${stream}`),
      `$JS.API.STREAM.MSG.GET.${places.keysStream}`,
      `$JS.API.STREAM.MSG.GET.${places.blobsStream}`,
      ...[places.keysStream, places.blobsStream].flatMap(reading),
      `$JS.API.CONSUMER.CREATE.${places.jobs}.${consumer}.${places.jobsSubject(queue)}`,
      `$JS.API.CONSUMER.INFO.${places.jobs}.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${places.jobs}.${consumer}`,
      `$JS.ACK.${places.jobs}.${consumer}.>`,
      `$JS.ACK.*.*.${places.jobs}.${consumer}.>`,
      places.keySubject(`agents.${name}`),
      places.keySubject("parts.*.*"),
      places.logSubject("up.>"),
      places.liveSubject("beat.>"),
      places.liveSubject("clock.*"),
    ],
    subscribe: [`${inboxOf(prefix, "agent")}.>`, places.liveSubject("down.>")],
  };
}

function streamsOf({ log, jobs, keysStream, blobsStream }: Places): string[] {
  return [keysStream, blobsStream, log, jobs];
}

/** What reading a stream takes: a consumer, for as long as one reads. */
function reading(stream: string): string[] {
  return [
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ];
}
