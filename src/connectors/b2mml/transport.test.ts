import fc from "fast-check";
import { expect, it } from "vitest";
import { ConnectorError } from "../connector-error.ts";
import { processBod } from "./bod.ts";
import { EDITIONS } from "./edition.ts";
import { fakeMes } from "./fake.ts";
import { workScheduleXml } from "./job-order-xml.ts";
import { toShownJob, UnreadableField } from "./mapping.ts";
import { sampleJob } from "./testing.ts";
import { answerIn } from "./transport.ts";

const MESSAGE = {
  place: { system: "mes", doing: "dispatching job 1000:MO-1" },
  bodId: "key-1",
  xml: processBod(
    { edition: "7.01", sender: "heddle", receiver: null },
    {
      id: "key-1",
      noun: "WorkSchedule",
      nounXml: workScheduleXml(sampleJob("MO-1"), "7.01"),
      now: "2027-01-08T12:00:00Z",
    },
  ),
  isWrite: true,
} as const;
const ANSWER = fakeMes("7.01").answer(MESSAGE.xml);
const { namespace } = EDITIONS["7.01"];

it("reads the answer that was not broken", () => {
  expect(answerIn(ANSWER, namespace, MESSAGE).jobs.map(toShownJob)).toMatchObject([
    { id: "1000:MO-1", state: "ready" },
  ]);
});

it("whatever a broken answer says, it is an answer, a ConnectorError or a field that is named", () => {
  const anyBreak = fc.record({
    from: fc.nat({ max: ANSWER.length }),
    length: fc.nat({ max: 200 }),
    by: fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constantFrom("", "<", "&", "<a>", "</b:JobOrder>", "<!DOCTYPE a>", "<![CDATA[", "xmlns=''", "\u0000"),
    ),
  });
  fc.assert(
    fc.property(fc.array(anyBreak, { minLength: 1, maxLength: 3 }), (breaks) => {
      const broken = breaks.reduce(
        (text, { from, length, by }) => text.slice(0, from) + by + text.slice(from + length),
        ANSWER,
      );
      try {
        answerIn(broken, namespace, MESSAGE).jobs.map(toShownJob);
      } catch (error) {
        if (error instanceof ConnectorError)
          expect(["answer lost", "overloaded", "access denied"]).toContain(error.kind);
        else expect(error).toBeInstanceOf(UnreadableField);
      }
    }),
    { numRuns: 2_000 },
  );
});
