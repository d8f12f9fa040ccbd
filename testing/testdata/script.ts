// A script that tests run.
import { check, env } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";

const client = new Client({ baseUrl: env["TARGET"] ?? "" });

/** One request. */
export default async function script(): Promise<void> {
  check(await client.get("/get"), { "is there": ({ status }) => status === 200 });
}
