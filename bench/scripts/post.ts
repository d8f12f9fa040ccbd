import { Client, Request } from "k6/x/net/http";

declare const __ENV: Record<string, string>;

const body = new Uint8Array(Number(__ENV.BODY_BYTES)).fill(0x61);
const client = new Client();
const request = new Request(__ENV.TARGET!, { method: "POST", body });

export default (): Promise<unknown> => client.request(request);
