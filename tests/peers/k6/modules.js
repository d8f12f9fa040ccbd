import { check, randomSeed } from "k6";
import crypto from "k6/crypto";
import { SharedArray } from "k6/data";
import encoding from "k6/encoding";
import exec from "k6/execution";
import { Counter } from "k6/metrics";
import secrets from "k6/secrets";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "k6/timers";
export { handleSummary } from "./summary.js";

const sum = new Counter("sum_of_shared");
const ticks = new Counter("ticks");
const lengths = new Counter("length_of_secrets");

const numbers = new SharedArray("numbers", () => {
  return Array.from({ length: 100 }, (_, i) => ({ number: i, square: i * i }));
});

export const options = {
  scenarios: { mine: { executor: "shared-iterations", vus: 2, iterations: 6 } },
  thresholds: {
    "sum_of_shared{kind:tagged}": ["count>0"],
    "iterations{kind:tagged}": ["count==6"],
    "ticks{kind:untagged}": ["count==0"],
  },
};

const TEXT = "grüße, 世界 ✓ ?>~";
const BYTES = new Uint8Array([0, 1, 127, 128, 250, 255]).buffer;
const HASHES = ["md4", "md5", "sha1", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"]
  .concat("ripemd160");
const OUTPUTS = ["hex", "base64", "base64url", "base64rawurl"];
const BASES = ["std", "rawstd", "url", "rawurl"];

/** A value in a check's name is compared letter by letter. */
function same(what, value) {
  check(value, { [`${what}: ${value}`]: true });
}

export default async function () {
  digests();
  base64();
  execution();
  shared();
  seeds();
  await timers();
  await secretsOfTheRun();
}

function digests() {
  for (const name of HASHES) {
    same(name, crypto[name](TEXT, "hex"));
    same(`${name} of bytes`, crypto[name](BYTES, "base64"));
    same(`hmac of ${name}`, crypto.hmac(name, "key", TEXT, "hex"));
    same(`hmac of ${name} with bytes`, crypto.hmac(name, BYTES, BYTES, "hex"));
    const hash = crypto.createHash(name);
    const hmac = crypto.createHMAC(name, "key");
    for (const part of ["in ", TEXT, BYTES]) {
      hash.update(part);
      hmac.update(part);
      same(`${name} so far`, hash.digest("hex"));
    }
    same(`hmac of ${name} in parts`, hmac.digest("base64"));
  }
  for (const output of OUTPUTS) same(`sha1 as ${output}`, crypto.sha1(TEXT, output));
  same("binary", new Uint8Array(crypto.sha256(TEXT, "binary")).join());
  same("hexEncode", crypto.hexEncode(BYTES));
  same("random bytes", crypto.randomBytes(33).byteLength);
}

function base64() {
  for (const base of BASES) {
    const text = encoding.b64encode(TEXT, base);
    const bytes = encoding.b64encode(BYTES, base);
    same(`base64 ${base}`, `${text} ${bytes}`);
    same(`back from ${base}`, encoding.b64decode(text, base, "s"));
    same(`bytes from ${base}`, new Uint8Array(encoding.b64decode(bytes, base)).join());
  }
  same("base64 by default", encoding.b64encode(TEXT));
}

function execution() {
  const { scenario, instance, vu, test } = exec;
  same("scenario", [scenario.name, scenario.executor]);
  // Its other numbers are those of one process, of which Downpour has several.
  same("interrupted", instance.iterationsInterrupted);
  same("iterations", Object.values(test.options.scenarios).map((one) => one.iterations));
  vu.metrics.tags.kind = "tagged";
  same("tags", [vu.metrics.tags.scenario, vu.metrics.tags.kind, vu.tags.group]);
  check(vu, {
    "a user has its number": ({ idInTest, idInInstance }) =>
      [1, 2].includes(idInTest) && [1, 2].includes(idInInstance) && idInTest === __VU,
    "an iteration has its number": ({ iterationInScenario, iterationInInstance }) =>
      iterationInScenario === __ITER && iterationInInstance === __ITER,
    "progress goes from 0 to 1": () => scenario.progress >= 0 && scenario.progress < 1,
  });
}

function shared() {
  const at = exec.scenario.iterationInTest;
  sum.add(numbers[at].square);
  for (const { number } of numbers) sum.add(number);
  check(numbers, {
    "a shared array has its length": (all) => all.length === 100,
    "it has methods": (all) => all.filter((one) => one.number > 89).length === 10,
    "nothing is past its end": (all) => all[100] === undefined,
    "its elements stay": (all) => throws(() => all[0].number = 7) && all[0].number === 0,
    "it stays": (all) => throws(() => all[0] = null) && all[0].square === 0,
    "it can't be made in an iteration": () => throws(() => new SharedArray("late", () => [1])),
  });
}

/** The numbers after a seed are each tool's own; that they repeat is not. */
function seeds() {
  const sequence = (seed) => {
    randomSeed(seed);
    return [Math.random(), Math.random(), Math.random()].join();
  };
  check(null, {
    "a seed repeats its sequence": () => sequence(7) === sequence(7),
    "another has another": () => sequence(7) !== sequence(8),
    "a sequence does not stand still": () => new Set(sequence(7).split(",")).size === 3,
  });
}

/** Ends when all is done: k6 would wait for timers that are left, Downpour would not. */
async function timers() {
  const order = [];
  await new Promise((resolve) => {
    const never = setTimeout(() => order.push("never"), 5);
    setTimeout(() => order.push("later"), 30);
    setTimeout((word) => order.push(word), 1, "sooner");
    clearTimeout(never);
    let left = 3;
    const every = setInterval(() => {
      ticks.add(1);
      if (--left > 0) return;
      clearInterval(every);
      setTimeout(resolve, 60);
    }, 2);
  });
  same("timers", order.join());
}

/** Both hide the values themselves, so that it is their digests that are compared. */
async function secretsOfTheRun() {
  const token = await secrets.get("token");
  const other = await secrets.source("other").get("key");
  lengths.add(token.length + other.length);
  same("secrets", crypto.sha256(`${token} ${other}`, "hex"));
  const missing = await secrets.get("missing").then(() => "there", () => "not there");
  same("a secret that there is not", missing);
}

function throws(fn) {
  try {
    fn();
    return false;
  } catch {
    return true;
  }
}
