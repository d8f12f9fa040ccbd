import { schedulesTest } from "./_schedules_for_tests.ts";

// See `schedules_test.ts`.
schedulesTest(500);
