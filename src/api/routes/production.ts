import { Type } from "typebox";
import { recordAudit } from "../../store/audit.ts";
import { bookingOf, listBookings } from "../../store/bookings.ts";
import { bookingRow, bookingSubject, bookingView, unknownBooking } from "../booking-view.ts";
import { BookingPage, BookingQuery, BookingView, DecideBooking, LookedAgain } from "../contract.ts";
import { decideBooking } from "../decide-booking.ts";
import { orderPlace } from "../order-view.ts";
import { signedIn } from "../principal.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const OrderParams = Type.Object({
  plant: Type.String({ minLength: 1, maxLength: 200 }),
  order: Type.String({ minLength: 1, maxLength: 200 }),
});

export const productionRoutes: RouteGroup =
  ({ database, lanes }) =>
  async (app) => {
    app.get(
      "/api/production",
      {
        schema: {
          summary: "List orders whose production is booked in the ERP, the last touched first",
          querystring: BookingQuery,
          response: answers({ 200: BookingPage }),
        },
      },
      async ({ query }) => {
        const { bookings, next } = await listBookings(database.pool, query);
        return { bookings: bookings.map(bookingRow), next };
      },
    );

    app.get(
      "/api/production/:plant/:order",
      {
        schema: {
          summary: "What was made and used for an order, what the ERP holds of it, and what waits for a person",
          params: OrderParams,
          response: answers({ 200: BookingView }),
        },
      },
      async ({ params }) => {
        const place = orderPlace(params);
        const view = await bookingView(database.pool, place);
        if (view === null) throw unknownBooking(place);
        return view;
      },
    );

    app.post(
      "/api/production/:plant/:order/decision",
      {
        schema: {
          summary: "Book what does not fit the ERP's order in spite of that, or leave it out",
          params: OrderParams,
          body: DecideBooking,
          response: answers({ 202: LookedAgain }),
        },
      },
      async (request, reply) => {
        const place = orderPlace(request.params);
        const answer = { ...request.body, by: signedIn(request).account, now: new Date() };
        await decideBooking(database, lanes, place, answer);
        return reply.code(202).send({ subject: bookingSubject(place) });
      },
    );

    app.post(
      "/api/production/:plant/:order/look-again",
      {
        schema: {
          summary: "Have an order's production compared with the ERP again, and booked",
          params: OrderParams,
          response: answers({ 202: LookedAgain }),
        },
      },
      async (request, reply) => {
        const { account: by } = signedIn(request);
        const place = orderPlace(request.params);
        const subject = bookingSubject(place);
        await database.transaction(async (tx) => {
          await lanes.wakeUp(tx, subject, { why: "asked to look again", by });
          if ((await bookingOf(tx, place)) === null) throw unknownBooking(place);
          await recordAudit(tx, { who: by, what: "asked to look again", subject, detail: {} });
        });
        return reply.code(202).send({ subject });
      },
    );
  };
