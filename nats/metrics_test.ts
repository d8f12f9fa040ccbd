import assert from "node:assert/strict";
import { MAX_SUBJECTS, SubjectTags } from "./metrics.ts";

Deno.test("subjects of replies are one, and take no room from the others", () => {
  const tags = new SubjectTags();
  for (let n = 0; n < 2 * MAX_SUBJECTS; n++) assert.equal(tags.of(`_INBOX.a.${n}`), "_INBOX.>");
  for (let n = 0; n < MAX_SUBJECTS - 1; n++) assert.equal(tags.of(`orders.${n}`), `orders.${n}`);
  assert.equal(tags.of("one.more"), "other");
  assert.equal(tags.of("orders.0"), "orders.0");
  assert.equal(tags.of("_INBOXES"), "other", "it only begins like one");
});

Deno.test("a name of one's own is taken for replies too", () => {
  const tags = new SubjectTags((subject) => subject.split(".")[0]!);
  assert.deepEqual(["_INBOX.a.1", "orders.7"].map((one) => tags.of(one)), ["_INBOX", "orders"]);
});
