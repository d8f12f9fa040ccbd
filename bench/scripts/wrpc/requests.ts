import wrpc from "k6/x/wrpc";
import { measure, target } from "./measure.ts";

export const options = { vus: 1, iterations: 1 };

const http = wrpc.http({ ...target(), throw: true });

export default async function (): Promise<void> {
  await measure(() => http.get("http://localhost:8000/"));
}
