// Run by tests under a debugger, which stops in the function.
import { loadTest } from "../mod.ts";

loadTest("a load under a debugger", {
  iterations: 1,
  thresholds: { iterations: ["count==1"] },
}, () => {
  const here = "breakpoint";
  console.log(`after the ${here}`);
});
