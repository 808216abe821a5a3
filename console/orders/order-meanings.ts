import type { OrderState } from "../../src/api/contract.ts";

/** What an order's state means, where nothing more is to be said. */
export const ORDER_MEANINGS: Readonly<Record<OrderState, string>> = {
  "not released": "The ERP has planned it and not released it yet.",
  scheduled: "It goes to the MES at its time.",
  held: "It does not go to the MES until it is released.",
  blocked: "Something has to be mended first; the findings say what.",
  sending: "It is on its way to the MES.",
  retrying: "A system is away; Heddle tries again by itself.",
  dispatched: "The MES has it, in the version that counts.",
  negotiating: "The MES has been asked, and has not answered yet.",
  refused: "The MES said no; its job goes on as it was.",
  ended: "The job has ended in the MES.",
};
