export { type Clock, SYSTEM_CLOCK } from "../internal/mod.ts";
