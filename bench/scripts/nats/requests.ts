import { connect, COUNT, IN_FLIGHT, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

export default async function (): Promise<void> {
  const [client, service] = await Promise.all([connect(), connect()]);
  service.subscribe("bench", "", (message) => message.respond(payload));
  await service.flush();
  let sent = 0;
  const ask = async () => {
    while (sent++ < COUNT) await client.request("bench", payload, 5000);
  };
  await measure(() => Promise.all(Array.from({ length: IN_FLIGHT }, ask)));
  await Promise.all([client.close(), service.close()]);
}
