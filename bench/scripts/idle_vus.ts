import { sleep } from "k6";
import { vu } from "k6/execution";
import { Trend } from "k6/metrics";

declare const __ENV: Record<string, string>;

const launchedAt = Number(__ENV.LAUNCHED_AT);
const started = new Trend("vu_started", true);

export default async function (): Promise<void> {
  if (vu.iterationInInstance === 0) started.add(Date.now() - launchedAt);
  await sleep(1);
}
