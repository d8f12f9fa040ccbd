import type { RunResult } from "../runner/mod.ts";
import { checkNodes } from "./_check_tree.ts";
import { formatCount, formatShare } from "./_format.ts";
import { distanceText } from "./_threshold_text.ts";
import { worstPart } from "./_worst.ts";

/** Something in a run that held or did not: what test reports have a line for. */
export interface Verdict {
  /** `threshold` or `check`; `run` for what made the run fail beside them. */
  readonly kind: "threshold" | "check" | "run";
  /** The rule (`http_req_duration p(95)<200`) or the check's name; of `run`, `run`. */
  readonly name: string;
  /** Names of a check's groups, outermost first; of others empty. */
  readonly groups: readonly string[];
  /** Whether it held. */
  readonly ok: boolean;
  /**
   * What was measured, and of a rule that failed how far it is off: `412ms, 212ms (106%) over
   * 200ms; worst: GET /cart 510ms`. Names are as scripts and servers gave them.
   */
  readonly message: string;
}

/** Every threshold in its order, every check, and each thing that made the run fail beside them. */
export function verdicts(result: RunResult): Verdict[] {
  return [
    ...result.thresholds.map((outcome): Verdict => {
      const { metric, expression, ok } = outcome;
      const worst = ok ? "" : worstPart(result, outcome);
      return {
        kind: "threshold",
        name: `${metric} ${expression}`,
        groups: [],
        ok,
        message: distanceText(result, outcome) + (worst === "" ? "" : `; worst: ${worst}`),
      };
    }),
    ...checkNodes(result.metrics).map(({ name, path, passes, fails }): Verdict => ({
      kind: "check",
      name,
      groups: path.split("::").slice(1, -1),
      ok: fails === 0,
      message: fails === 0
        ? `${formatCount(passes)} passed`
        : `${formatCount(fails)} of ${formatCount(passes + fails)} failed ` +
          `(${formatShare(fails / (passes + fails))})`,
    })),
    ...result.failures.map((message): Verdict => ({
      kind: "run",
      name: "run",
      groups: [],
      ok: false,
      message,
    })),
  ];
}
