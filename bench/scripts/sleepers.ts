import { sleep } from "k6";
import { vu } from "k6/execution";
import { Client } from "k6/x/net/http";

declare const __ENV: Record<string, string>;

const targets = __ENV.TARGETS!.split(" ");
const pauseSeconds = Number(__ENV.PAUSE_SECONDS);
const client = new Client();

export default async function (): Promise<void> {
  await client.get(targets[vu.idInTest % targets.length]!);
  await sleep(pauseSeconds);
}
