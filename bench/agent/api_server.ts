/**
 * An agent without a worker, in a folder: what is queued stays. Prints its URL and ends with its
 * standard input. Arguments: the folder, the token.
 *
 * @module
 */
import { openQueue, openStore, startApi } from "@downpour/downpour/agent";

const [folder = "", token = ""] = Deno.args;
const store = await openStore({ folder: `${folder}/data` });
const agent = openQueue(store.jobs, { maxQueued: 10_000_000 });
const address = { port: 0 };
const server = startApi({ address, store, agent, logs: `${folder}/logs`, security: { token } });
await Deno.writeTextFile(`${folder}/url`, server.url);
