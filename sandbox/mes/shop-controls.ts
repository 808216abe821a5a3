import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { RunningClock } from "./running-clock.ts";
import { advance } from "./shop-floor.ts";
import { record, type ShopEvent } from "./event.ts";
import { completed, WrittenShopRules } from "./shop-rules.ts";
import type { Mes } from "./state.ts";

const WEEK_SECONDS = 7 * 86_400;
const Advance = Type.Object(
  { seconds: Type.Number({ minimum: 0, maximum: WEEK_SECONDS }) },
  { additionalProperties: false },
);
const Speed = Type.Object({ speed: Type.Number({ minimum: 0, maximum: 100_000 }) }, { additionalProperties: false });

/** Events as some terminal might send them: nothing about them is checked. */
const RawEvents = Type.Object(
  { events: Type.Array(Type.Object({}, { additionalProperties: true }), { minItems: 1, maxItems: 10_000 }) },
  { additionalProperties: false },
);

/** What a test or a demo does to the shop from outside. */
export function shopControls(app: FastifyInstance, mes: Mes, clock: RunningClock): void {
  const shown = () => ({ now: new Date(mes.shop.now()).toISOString(), speed: clock.speed() });

  app.get("/_sandbox/clock", shown);
  app.put("/_sandbox/clock", (request) => {
    clock.run(parsedBody(Speed, request.body).speed);
    return shown();
  });
  app.post("/_sandbox/advance", (request) => {
    advance(mes, Math.round(parsedBody(Advance, request.body).seconds * 1000));
    return shown();
  });

  app.get("/_sandbox/shop", () => mes.shop.rules());
  app.put("/_sandbox/shop", (request) => {
    const rules = completed(parsedBody(WrittenShopRules, request.body));
    mes.write(() => mes.shop.setRules(rules));
    return rules;
  });

  app.post("/_sandbox/events", (request) => {
    const { events } = parsedBody(RawEvents, request.body);
    const recordedAt = new Date(mes.shop.now()).toISOString();
    mes.write(() =>
      record(
        mes,
        events.map((event) => ({ event: event as ShopEvent, recordedAt })),
      ),
    );
    return { recorded: events.length };
  });

  app.get("/_sandbox/webhooks", () => mes.outbox.counts());
}
