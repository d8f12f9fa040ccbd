import { connect, COUNT, inLots, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

// As nats-bench does it: a publisher and a subscriber, each with a connection of its own.
export default async function (): Promise<void> {
  const [publisher, subscriber] = await Promise.all([connect(), connect()]);
  const all = Promise.withResolvers<void>();
  let received = 0;
  subscriber.subscribe("bench", "", () => {
    if (++received === COUNT) all.resolve();
  });
  await subscriber.flush();
  await measure(async () => {
    await inLots(() => publisher.flush(), (count) => {
      for (let i = 0; i < count; i++) publisher.publish("bench", payload);
    });
    await all.promise;
  });
  await Promise.all([publisher.close(), subscriber.close()]);
}
