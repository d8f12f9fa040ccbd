import type { Bus } from "../bus.ts";
import { natsBlobs } from "./blobs.ts";
import { follow } from "./follow.ts";
import { natsJobs } from "./jobs.ts";
import { natsKeys } from "./keys.ts";
import { openLink } from "./link.ts";
import { natsLive } from "./live.ts";
import { natsLog } from "./log.ts";
import { type NatsBusOptions, readBusOptions } from "./options.ts";
import { patience } from "./patience.ts";
import { placesOf } from "./places.ts";
import { storeMaker, untilStores } from "./stores.ts";
import type { Tools } from "./tools.ts";

/** What headers of a record may take up of the servers' longest message, bytes. */
const HEADER_BYTES = 4096;

/**
 * A bus over NATS with JetStream: a key-value bucket, an object store, a stream for the log, a
 * work-queue stream for jobs, and plain subjects. They are made where they aren't there.
 *
 * @throws {PoolError} `bus_lost` when no server can be reached, `bus_refused` when they don't let us, or
 * have no JetStream
 * @throws {OptionError} an option that can't be used
 */
export async function natsBus(options: NatsBusOptions = {}): Promise<Bus> {
  const settings = readBusOptions(options);
  const link = await openLink(settings);
  const places = placesOf(settings.prefix);
  const makeStores = storeMaker(link, settings, places);
  const patient = patience(link, settings, makeStores);
  const tools: Tools = {
    link,
    settings,
    places,
    patient,
    follow: (followed) => follow(link, settings, makeStores, followed),
    maxBytes: (link.connection.info?.max_payload ?? 1024 * 1024) - HEADER_BYTES,
  };
  try {
    const what = `set up the pool ${settings.prefix}`;
    await patient({ what }, () => untilStores(settings, makeStores));
  } catch (error) {
    await link.close();
    throw error;
  }
  return {
    keys: natsKeys(tools),
    blobs: natsBlobs(tools),
    log: natsLog(tools),
    jobs: natsJobs(tools),
    live: natsLive(tools),
    maxBytes: tools.maxBytes,
    onConnection(on) {
      on(link.connected);
      return link.watch(on);
    },
    close: () => link.close(),
  };
}
