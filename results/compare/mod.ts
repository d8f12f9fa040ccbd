/**
 * Comparing kept runs: what changed, and whether it is more than noise.
 *
 * @module
 */
export {
  type Change,
  type ChangeVerdict,
  type ComparedRun,
  type CompareOptions,
  compareRuns,
  type Comparison,
  type JudgedRule,
} from "./compare.ts";
export type { Difference } from "./difference.ts";
export type { Row } from "./rows.ts";
export { type ChangeRule, parseRule } from "./rules.ts";
export { type Statistic, statisticName } from "./statistic.ts";
export { type ChangeData, type ComparisonData, comparisonData, type RunData } from "./data.ts";
export { comparisonMarkdown } from "./markdown.ts";
export {
  changeName,
  changeText,
  countText,
  intervalText,
  methodText,
  ruleText,
  type Section,
  shownSections,
  valueText,
} from "./texts.ts";
export { type ComparisonView, renderComparison } from "./render.ts";
