import type { PurgeOpts } from "@nats-io/jetstream";
import { natsError } from "../errors.ts";
import { count, type Field, subject, toWire } from "./_checks.ts";
import { requireStream, STREAM_MISSING } from "./failure.ts";
import type { AccountInfo, PurgeOptions, StreamInfo } from "./info.ts";
import type { Api } from "./manager.ts";
import {
  libraryStream,
  streamConfigOf,
  type StreamOptions,
  type WireStreamConfig,
} from "./stream_config.ts";

/** A message as a stream stores it. */
export interface StoredMessage {
  /** The subject it was published to. */
  readonly subject: string;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** Its bytes. */
  readonly data: Uint8Array;
  /** When it was stored. */
  readonly time: Date;
}

/** What can be done with streams. Every call asks the server. */
export interface StreamCalls {
  /**
   * Makes a stream; one that is there with the same configuration is fine.
   *
   * @throws {NatsError} 1003 an option, 1014, 1015, 1016
   */
  addStream(config: StreamOptions | WireStreamConfig): Promise<StreamInfo>;
  /**
   * Changes a stream to a configuration.
   *
   * @throws {NatsError} 1003 an option, 1014, 1015, 1017, 1018
   */
  updateStream(config: StreamOptions | WireStreamConfig): Promise<StreamInfo>;
  /**
   * Deletes a stream with its messages and consumers.
   *
   * @throws {NatsError} 1014, 1015, 1017, 1019
   */
  deleteStream(name: string): Promise<void>;
  /**
   * Configuration and state of a stream.
   *
   * @throws {NatsError} 1014, 1015, 1017, 1020
   */
  getStreamInfo(name: string): Promise<StreamInfo>;
  /**
   * The names of all streams, or of those that take `subject`.
   *
   * @throws {NatsError} 1014, 1020
   */
  getStreamNames(subject?: string): Promise<string[]>;
  /**
   * Removes messages: all, or those of `filter`, up to `seq`, or all but `keep`.
   *
   * @returns how many it removed
   * @throws {NatsError} 1014, 1015, 1017, 1035
   */
  purgeStream(name: string, options?: PurgeOptions): Promise<number>;
  /**
   * Removes one message.
   *
   * @param erase overwrite it too; default true
   * @throws {NatsError} 1004, 1014, 1015, 1036
   */
  deleteMessage(stream: string, seq: number, erase?: boolean): Promise<void>;
  /**
   * One stored message, by sequence, or the last one of a subject.
   *
   * @throws {NatsError} 1004, 1007 there is no such message, 1014, 1015, 1032
   */
  getMessage(stream: string, which: number | string): Promise<StoredMessage>;
  /**
   * Limits and use of the account.
   *
   * @throws {NatsError} 1014, 1034
   */
  getAccountInfo(): Promise<AccountInfo>;
}

/** The calls for streams over an API. */
export function streamCalls(api: Api): StreamCalls {
  const missing = STREAM_MISSING;
  return {
    async addStream(given) {
      const context = requireStream(given?.name, "addStream");
      const config = streamConfigOf(given);
      return await api.ask(
        { errorCode: 1016, context },
        ({ streams }) => streams.add(libraryStream(config)),
      );
    },
    async updateStream(given) {
      const context = requireStream(given?.name, "updateStream");
      const config = streamConfigOf(given);
      return await api.ask(
        { errorCode: 1018, context, missing },
        ({ streams }) => streams.update(context, libraryStream(config)),
      );
    },
    async deleteStream(name) {
      const context = requireStream(name, "deleteStream");
      await api.ask(
        { errorCode: 1019, context, missing },
        ({ streams }) => streams.delete(context),
      );
    },
    async getStreamInfo(name) {
      const context = requireStream(name, "getStreamInfo");
      return await api.ask(
        { errorCode: 1020, context, missing },
        ({ streams }) => streams.info(context),
      );
    },
    async getStreamNames(subject) {
      return await api.ask({ errorCode: 1020, context: "names" }, async ({ streams }) => {
        const names: string[] = [];
        for await (const name of streams.names(subject)) names.push(name);
        return names;
      });
    },
    async purgeStream(name, options) {
      const context = requireStream(name, "purgeStream");
      const { purged } = await api.ask(
        { errorCode: 1035, context, missing },
        ({ streams }) => streams.purge(context, purgeOf(options)),
      );
      return purged;
    },
    async deleteMessage(stream, seq, erase = true) {
      const context = `${requireStream(stream, "deleteMessage")} ${seq}`;
      await api.ask(
        { errorCode: 1036, context },
        ({ streams }) => streams.deleteMessage(stream, seq, erase),
      );
    },
    async getMessage(stream, which) {
      const context = `${requireStream(stream, "getMessage")} ${which}`;
      const query = typeof which === "number" ? { seq: which } : { last_by_subj: which };
      const found = await api.ask(
        { errorCode: 1032, context },
        ({ streams }) => streams.getMessage(stream, query),
      );
      if (found === null) throw natsError(1007, undefined, context);
      const { subject, seq, data, time } = found;
      return { subject, seq, data, time };
    },
    async getAccountInfo() {
      return await api.ask(
        { errorCode: 1034, context: "" },
        (manager) => manager.getAccountInfo(),
      );
    },
  };
}

const PURGE: Readonly<Record<keyof PurgeOptions, Field>> = {
  filter: { wire: "filter", check: subject },
  seq: { wire: "seq", check: count },
  keep: { wire: "keep", check: count },
};

function purgeOf(options: PurgeOptions = {}): PurgeOpts {
  const wire = toWire("purgeStream", options, PURGE);
  if (wire.seq !== undefined && wire.keep !== undefined) {
    throw natsError(1003, undefined, "purgeStream takes seq or keep, not both");
  }
  // Every name and value is from the table above, which is the server's.
  return wire as unknown as PurgeOpts;
}
