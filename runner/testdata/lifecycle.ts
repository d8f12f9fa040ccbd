import { sleep } from "k6";
import { Counter, Trend } from "k6/metrics";

const seen = new Counter("seen");
const age = new Trend("age", true);
let mine = 0;

export const options = {
  scenarios: {
    main: {
      executor: "shared-iterations",
      vus: 4,
      iterations: 40,
      maxDuration: "5s",
      gracefulStop: "1s",
    },
  },
  tags: { build: "7" },
};

export function setup() {
  console.log("setup runs", { once: true });
  seen.add(1000);
  return { token: "abc", list: [1] };
}

export default async function (data: { token: string; list: number[] }) {
  if (data.token !== "abc" || data.list.length !== 1 + mine) throw new Error("bad setup data");
  data.list.push(++mine);
  seen.add(1);
  age.add(mine);
  await sleep(0.002);
}

export function teardown(data: { list: number[] }) {
  console.log(`teardown got ${JSON.stringify(data)}`);
}

export function handleSummary(data: unknown) {
  return { stdout: `summary of ${JSON.stringify(data)}\n`, "out.json": "{}" };
}
