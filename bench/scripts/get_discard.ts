import { Client } from "k6/x/net/http";

declare const __ENV: Record<string, string>;

const target = __ENV.TARGET!;
const client = new Client({ discardResponseBodies: true });

export default (): Promise<unknown> => client.get(target);
