import { HTTP_METRICS, setClientDefaults } from "../http/mod.ts";
import { MEASURED as NATS_METRICS } from "../nats/measured/mod.ts";
import { NET_METRICS, setNetDefaults } from "../net/mod.ts";
import type { ShardSetup } from "../runner/mod.ts";
import { MEASURED as PACKET_METRICS, OPENS } from "../wasm/measured/mod.ts";
import { MEASURED as WRPC_METRICS } from "../wrpc/measured/mod.ts";
import { quick } from "./quick.ts";
import { scriptModules } from "./script_modules.ts";
import { stress } from "./stress.ts";

/** What a shard needs of protocols and modules, which the runner itself knows nothing of. */
export const shardSetup: ShardSetup = {
  modules: scriptModules,
  builtins: { quick, stress },
  metrics: [
    ...Object.values(HTTP_METRICS),
    ...Object.values(NET_METRICS),
    ...NATS_METRICS,
    ...WRPC_METRICS,
    ...PACKET_METRICS,
  ],
  opens: OPENS,
  prepareVu: (context, { client }, vu) => {
    setNetDefaults(context, client, vu);
    setClientDefaults(context, client);
  },
};
