import { Trend } from "k6/metrics";

declare const __ENV: Record<string, string>;

const times = Number(__ENV.TIMES);
const sizes = new Trend("sizes");

export default function (): void {
  for (let i = 0; i < times; i++) sizes.add(i);
}
