/**
 * Tests against real nats-servers: skipped by name where there is none.
 *
 * @module
 */
import {
  compareVersions,
  listNatsServers,
  type NatsServerProgram,
  OLDEST_NATS_SERVER,
} from "./find.ts";

const programs = (await listNatsServers()).filter(({ version }) =>
  compareVersions(version, OLDEST_NATS_SERVER) >= 0
);

/** Whether a nats-server is here. */
export const serversHere: boolean = programs.length > 0;

/** A test that needs a nats-server: skipped, with the reason in its name, where there is none. */
export function natsTest(name: string, fn: () => Promise<void>): void {
  const needs = serversHere ? "" : " (needs nats-server)";
  Deno.test({ name: `${name}${needs}`, ignore: needs !== "", fn });
}

/** The newest server older than `version`, as Debian has one, if it is here. */
export function serverBefore(version: string): NatsServerProgram | undefined {
  return programs.find((program) => compareVersions(program.version, version) < 0);
}
