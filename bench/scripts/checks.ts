import { check } from "k6";

declare const __ENV: Record<string, string>;

const times = Number(__ENV.TIMES);

export default function (): void {
  for (let i = 0; i < times; i++) check(i, { "is a number": (value) => value >= 0 });
}
