import { withFolder } from "./_push_for_tests.ts";
import { type CollectorOptions, type CollectorServer, startCollector } from "./mod.ts";

/** Calls `use` with a collector on a free port that keeps results in `folder`. */
export function collecting(
  use: (server: CollectorServer, folder: string) => Promise<void>,
  options: Partial<CollectorOptions> = {},
): Promise<void> {
  return withFolder(async (folder) => {
    const store = { kind: "files", folder } as const;
    await using server = startCollector({ address: { port: 0 }, store, ...options });
    await use(server, folder);
  });
}
