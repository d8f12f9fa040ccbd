import { check, randomSeed } from "k6";
import crypto from "k6/crypto";
import { SharedArray } from "k6/data";
import encoding from "k6/encoding";
import secrets from "k6/secrets";
import { setTimeout } from "k6/timers";

declare function open(path: string): string;
declare const __ENV: Record<string, string>;
declare const __VU: number;

const users = new SharedArray<{ user: string; key: string }>("users", () => {
  console.log("users loaded");
  return JSON.parse(open("users.json"));
});
const text = open(import.meta.resolve("./users.json"));
randomSeed(11);
const first = Math.random();
const mode = __ENV["MODE"];
if (mode === "throws-secret") throw new Error(`no luck with ${await secrets.get("token")}`);

export const options = { vus: 4, iterations: 40 };

export async function setup() {
  const token = await secrets.get("token");
  console.log("token is", token, { token });
  console.error(`as base64: ${encoding.b64encode(token)}`);
  return { token, first };
}

export default async function (data: { token: string; first: number }) {
  const { user, key } = users[(__VU - 1) % users.length]!;
  const signed = crypto.hmac("sha256", key, user, "hex");
  await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  check(null, {
    "the array is whole": () => users.length === 3 && Array.isArray(users),
    "the text is there": () => text.startsWith("[{"),
    "signed": () => signed.length === 64,
    "setup's result is not redacted": () => data.token === "s3cret value",
    "every user has the same sequence": () => data.first === first,
    "opening now fails": () => thrown(() => open("users.json")) === "not_in_init",
    "sharing now fails": () => thrown(() => new SharedArray("x", () => [])) === "not_in_init",
  });
  const other = await secrets.source("other").get("key");
  check(other, { "other source": (value) => value === "k3y" });
  if (mode === "throws") throw new Error(`bad token ${data.token}`);
}

function thrown(fn: () => unknown): unknown {
  try {
    return void fn();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
