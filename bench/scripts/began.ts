import { sleep } from "@downpour/downpour";
import { Gauge } from "@downpour/downpour/metrics";

declare const __ENV: Record<string, string>;

const began = new Gauge("bench_began_ms");
let isFirst = true;

/** Says when its first iteration began, milliseconds since `BASE`. */
export default async function (): Promise<void> {
  if (isFirst) began.add(performance.timeOrigin + performance.now() - Number(__ENV.BASE));
  isFirst = false;
  await sleep(0.5);
}
