import { connect, inLots, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

export default async function (): Promise<void> {
  const conn = await connect();
  await measure(() =>
    inLots(() => conn.flush(), (count) => {
      for (let i = 0; i < count; i++) conn.publish("bench", payload);
    })
  );
  await conn.close();
}
