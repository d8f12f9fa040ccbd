import { NATS_NAME, PROTOCOL_NAMES } from "./case_names_for_tests.ts";
import { browserTests } from "./_case_process_for_tests.ts";

const FILE = "protocol_cases_for_tests.ts";

await browserTests(FILE, PROTOCOL_NAMES);
await browserTests(FILE, [NATS_NAME], ["nats-server"]);
