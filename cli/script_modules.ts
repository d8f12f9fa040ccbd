import * as root from "../script.ts";
import * as http from "../http/mod.ts";
import * as metrics from "../metrics/mod.ts";
import * as net from "../net/mod.ts";
import type { ScriptModule } from "../runner/mod.ts";
import type { ModuleName } from "./module_names.ts";

// What few scripts use is loaded for those that do.
const crypto = () => import("../runner/api/crypto.ts");
const data = () => import("../runner/api/data.ts");
const dns = () => import("../net/dns/mod.ts");
const encoding = () => import("../runner/api/encoding.ts");
const file = () => import("../file/mod.ts");
const k6Http = () => import("../http/k6/mod.ts");
const nats = () => import("../nats/mod.ts");
const secrets = () => import("../runner/api/secrets.ts");
const timers = () => import("../runner/api/timers.ts");
const wasm = () => import("../wasm/mod.ts");
const wrpc = () => import("../wrpc/mod.ts");

const { execution, instance, scenario, test, vu } = root;

/** The modules that scripts may import, by each of their names. */
export const scriptModules: Readonly<Record<ModuleName, ScriptModule>> = {
  "k6": root,
  "k6/Pondigo/nats": nats,
  "k6/crypto": crypto,
  "k6/data": data,
  "k6/encoding": encoding,
  "k6/execution": { default: execution, instance, scenario, test, vu },
  "k6/http": k6Http,
  "k6/metrics": metrics,
  "k6/secrets": secrets,
  "k6/timers": timers,
  "k6/x/file": file,
  "k6/x/nats": nats,
  "k6/x/net": net,
  "k6/x/net/dns": dns,
  "k6/x/net/http": http,
  "k6/x/wrpc": wrpc,
  "@downpour/downpour": root,
  "@downpour/downpour/crypto": crypto,
  "@downpour/downpour/data": data,
  "@downpour/downpour/encoding": encoding,
  "@downpour/downpour/file": file,
  "@downpour/downpour/http": http,
  "@downpour/downpour/metrics": metrics,
  "@downpour/downpour/nats": nats,
  "@downpour/downpour/net": net,
  "@downpour/downpour/net/dns": dns,
  "@downpour/downpour/secrets": secrets,
  "@downpour/downpour/timers": timers,
  "@downpour/downpour/wasm": wasm,
  "@downpour/downpour/wrpc": wrpc,
};
