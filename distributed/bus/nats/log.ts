import type { Log } from "../bus.ts";
import { checkName, checkPattern, checkSize } from "../subjects.ts";
import { RETRIES } from "./patience.ts";
import type { Tools } from "./tools.ts";

/** Records in order: a stream. */
export function natsLog({ link, places, patient, follow, maxBytes }: Tools): Log {
  const stream = places.log;
  return {
    async append(name, id, given) {
      const subject = places.logSubject(checkName("subject", name));
      checkSize(`record ${id}`, given, maxBytes);
      const bytes = given.slice();
      await patient(
        { what: `append ${id}`, subject },
        () => link.js.publish(subject, bytes, { msgID: id, retries: RETRIES }),
      );
    },
    async read(name, on, signal) {
      const filter = places.logSubject(checkPattern("subject", name));
      const prefix = places.logSubject("").length;
      await follow({
        what: `read ${name}`,
        stream,
        filter,
        from: "all",
        on: ({ subject, seq, data }) =>
          on({ subject: subject.slice(prefix), sequence: seq, bytes: new Uint8Array(data) }),
        signal,
      });
    },
    async remove(name) {
      const filter = places.logSubject(checkPattern("subject", name));
      await patient({ what: `remove ${name}` }, () => link.js.purgeStream(stream, { filter }));
    },
  };
}
