import {
  consumerConfigOf,
  type ConsumerOptions,
  libraryConsumer,
  type WireConsumerConfig,
} from "./consumer_config.ts";
import { CONSUMER_MISSING, requireConsumer, requireStream } from "./failure.ts";
import type { ConsumerInfo } from "./info.ts";
import type { Api } from "./manager.ts";

/** What can be done with consumers. Every call asks the server. */
export interface ConsumerCalls {
  /**
   * Makes a consumer; one that is there with the same configuration is fine.
   *
   * @throws {NatsError} 1003 an option, 1004, 1014, 1015, 1025
   */
  addConsumer(stream: string, config: ConsumerOptions | WireConsumerConfig): Promise<ConsumerInfo>;
  /**
   * Changes a consumer to a configuration.
   *
   * @throws {NatsError} 1003 an option, 1004, 1014, 1015, 1024, 1026, 1027
   */
  updateConsumer(
    stream: string,
    config: ConsumerOptions | WireConsumerConfig,
  ): Promise<ConsumerInfo>;
  /**
   * Deletes a consumer.
   *
   * @throws {NatsError} 1004, 1014, 1015, 1024, 1026, 1028
   */
  deleteConsumer(stream: string, name: string): Promise<void>;
  /**
   * Configuration and state of a consumer.
   *
   * @throws {NatsError} 1004, 1014, 1015, 1024, 1026, 1029
   */
  getConsumerInfo(stream: string, name: string): Promise<ConsumerInfo>;
  /**
   * The names of a stream's consumers.
   *
   * @throws {NatsError} 1004, 1014, 1015, 1029
   */
  getConsumerNames(stream: string): Promise<string[]>;
}

/** The calls for consumers over an API. */
export function consumerCalls(api: Api): ConsumerCalls {
  const missing = CONSUMER_MISSING;
  return {
    async addConsumer(stream, given) {
      requireStream(stream, "addConsumer");
      const config = consumerConfigOf(given);
      const context = contextOf(stream, config.name ?? "");
      return await api.ask(
        { errorCode: 1025, context, missing },
        ({ consumers }) => consumers.add(stream, libraryConsumer(config)),
      );
    },
    async updateConsumer(stream, given) {
      requireStream(stream, "updateConsumer");
      const config = consumerConfigOf(given);
      const name = requireConsumer(config.name, `updateConsumer of ${stream}`);
      const context = contextOf(stream, name);
      return await api.ask(
        { errorCode: 1027, context, missing },
        ({ consumers }) => consumers.update(stream, name, libraryConsumer(config)),
      );
    },
    async deleteConsumer(stream, name) {
      requireStream(stream, "deleteConsumer");
      const context = contextOf(stream, requireConsumer(name, `deleteConsumer of ${stream}`));
      await api.ask(
        { errorCode: 1028, context, missing },
        ({ consumers }) => consumers.delete(stream, name),
      );
    },
    async getConsumerInfo(stream, name) {
      requireStream(stream, "getConsumerInfo");
      const context = contextOf(stream, requireConsumer(name, `getConsumerInfo of ${stream}`));
      return await api.ask(
        { errorCode: 1029, context, missing },
        ({ consumers }) => consumers.info(stream, name),
      );
    },
    async getConsumerNames(stream) {
      const context = requireStream(stream, "getConsumerNames");
      return await api.ask(
        { errorCode: 1029, context, missing },
        async ({ consumers, streams }) => {
          const names: string[] = [];
          for await (const { name } of consumers.list(stream)) names.push(name);
          // An empty list is what the server says of a missing stream too.
          if (names.length === 0) await streams.info(stream);
          return names;
        },
      );
    },
  };
}

function contextOf(stream: string, consumer: string): string {
  return consumer === "" ? stream : `${stream}.${consumer}`;
}
