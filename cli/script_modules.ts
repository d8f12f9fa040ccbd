import * as root from "../script.ts";
import * as http from "../http/mod.ts";
import * as metrics from "../metrics/mod.ts";
import * as net from "../net/mod.ts";
import type { ScriptModule } from "../runner/mod.ts";
import type { ModuleName } from "./module_names.ts";

// What few scripts use is loaded for those that do.
const dns = () => import("../net/dns/mod.ts");
const file = () => import("../file/mod.ts");
const k6Http = () => import("../http/k6/mod.ts");

const { execution, instance, scenario, test, vu } = root;

/** The modules that scripts may import, by each of their names. */
export const scriptModules: Readonly<Record<ModuleName, ScriptModule>> = {
  "k6": root,
  "k6/execution": { default: execution, instance, scenario, test, vu },
  "k6/http": k6Http,
  "k6/metrics": metrics,
  "k6/x/file": file,
  "k6/x/net": net,
  "k6/x/net/dns": dns,
  "k6/x/net/http": http,
  "@downpour/downpour": root,
  "@downpour/downpour/file": file,
  "@downpour/downpour/http": http,
  "@downpour/downpour/metrics": metrics,
  "@downpour/downpour/net": net,
  "@downpour/downpour/net/dns": dns,
};
