import { connect, inLots, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

const headers = { "x-trace": "0123456789abcdef" };

export default async function (): Promise<void> {
  const conn = await connect();
  await measure(() =>
    inLots(() => conn.flush(), (count) => {
      for (let i = 0; i < count; i++) conn.publish("bench", payload, { headers });
    })
  );
  await conn.close();
}
