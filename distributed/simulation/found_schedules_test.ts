import { playSchedules } from "./_schedules_for_tests.ts";

Deno.test("servers that lose an agreed start nobody was told of may have another one", () =>
  playSchedules(3283063396, 346, 1));
