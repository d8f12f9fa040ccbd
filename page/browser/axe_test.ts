import { AXE_NAMES } from "./case_names_for_tests.ts";
import { browserTests } from "./_case_process_for_tests.ts";

await browserTests("axe_cases_for_tests.ts", AXE_NAMES);
