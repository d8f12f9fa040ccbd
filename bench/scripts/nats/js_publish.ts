import nats from "k6/x/nats";
import { connect, COUNT, IN_FLIGHT, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

export default async function (): Promise<void> {
  const conn = await connect();
  const js = nats.jetStream(conn);
  await js.addStream({ name: "BENCH", subjects: ["bench"], storage: "memory" });
  let sent = 0;
  const publish = async () => {
    while (sent++ < COUNT) await js.publish("bench", payload);
  };
  await measure(() => Promise.all(Array.from({ length: IN_FLIGHT }, publish)));
  const { state } = await js.getStreamInfo("BENCH");
  if (state.messages !== COUNT) throw new Error(`${state.messages} of ${COUNT} messages are there`);
  await js.deleteStream("BENCH");
  await conn.close();
}
