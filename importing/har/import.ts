import { planOfExchanges } from "../exchanges/to_plan.ts";
import { baseName, readJson } from "../document.ts";
import type { ImportOptions } from "../imported.ts";
import type { ScriptPlan } from "../script/plan.ts";
import { readHar } from "./har.ts";

/** The script of a HAR. @throws {ImportError} */
export async function importHar(
  file: string,
  text: string,
  options: ImportOptions,
): Promise<ScriptPlan> {
  const { exchanges, creator } = readHar(readJson(file, text));
  const title = `${baseName(file)} (HAR${creator === "" ? "" : ` of ${creator}`})`;
  return await planOfExchanges(exchanges, { ...options, file, title });
}
