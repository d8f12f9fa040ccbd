import { ImportError } from "../errors.ts";
import type { Exchange } from "../exchanges/exchange.ts";
import { planOfExchanges } from "../exchanges/to_plan.ts";
import { imported } from "../import_script.ts";
import type { Imported, ImportOptions } from "../imported.ts";

/** The script of what a recorder saw. @throws {ImportError} when it saw nothing */
export async function recordedScript(
  exchanges: readonly Exchange[],
  notes: readonly string[],
  options: ImportOptions,
): Promise<Imported> {
  const file = "the recording";
  if (exchanges.length === 0) {
    throw new ImportError("import_empty", file, {
      problem: "has no requests",
      expected: "requests through the proxy",
    });
  }
  const plan = await planOfExchanges(exchanges, { ...options, file, title: "a recording" });
  return imported("har", { ...plan, notes: [...plan.notes, ...notes] });
}
