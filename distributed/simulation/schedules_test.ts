import { schedulesTest } from "./_schedules_for_tests.ts";

// The other half is in `more_schedules_test.ts`: files are tested beside each other.
schedulesTest(500);
