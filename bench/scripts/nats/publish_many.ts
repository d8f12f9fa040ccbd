import { connect, COUNT, measure, payload } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

export default async function (): Promise<void> {
  const conn = await connect();
  await measure(async () => {
    await conn.publishMany("bench", COUNT, payload);
    await conn.flush();
  });
  await conn.close();
}
