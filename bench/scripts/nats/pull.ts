import nats from "k6/x/nats";
import { connect, COUNT, measure, payload } from "./measure.ts";

declare const __ENV: Record<string, string>;

export const options = { vus: 1, iterations: 1 };

export default async function (): Promise<void> {
  const conn = await connect();
  const js = nats.jetStream(conn);
  await js.addStream({ name: "BENCH", subjects: ["bench"], storage: "memory" });
  // Acknowledged each: what is published faster than a stream takes it, the server throws away.
  let sent = 0;
  const fill = async () => {
    while (sent++ < COUNT) await js.publish("bench", payload);
  };
  await Promise.all(Array.from({ length: 512 }, fill));
  await js.addConsumer("BENCH", { stream: "BENCH", durable: "puller", ackPolicy: "none" });
  const pullers = Number(__ENV.PULLERS);
  const pull = async () => {
    const sub = await js.pullSubscribe("BENCH", "", "puller");
    for (let left = COUNT / pullers; left > 0; left -= 100) {
      const { length } = await js.pullMessages(sub, 100, 5000);
      if (length < 100) throw new Error(`a pull of 100 brought ${length} messages`);
    }
  };
  await measure(() => Promise.all(Array.from({ length: pullers }, pull)));
  await js.deleteStream("BENCH");
  await conn.close();
}
