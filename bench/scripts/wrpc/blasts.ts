import wrpc from "k6/x/wrpc";
import { measure, target } from "./measure.ts";

declare const __ENV: Record<string, string>;

export const options = { vus: 1, iterations: 1 };

const blaster = wrpc.blaster(target());

export default async function (): Promise<void> {
  const bytes = Number(__ENV.PAYLOAD ?? "0");
  if (bytes === 0) return await measure(() => blaster.blast());
  const payload = new Uint8Array(bytes).fill(0x78);
  await measure(() => blaster.blast({ payload }), bytes / 1e6);
}
