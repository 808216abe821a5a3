import { expect, it } from "vitest";
import { minus, multiplied, noMoney, plus, type Money } from "./money.ts";
import { rational } from "./rational.ts";

const euros = (cents: bigint): Money => ({ amount: rational(cents, 100n), currency: "EUR" });

it("adds, subtracts and multiplies to the cent and beyond", () => {
  expect(plus(euros(10n), euros(20n))).toEqual(euros(30n));
  expect(minus(euros(10n), euros(30n))).toEqual(euros(-20n));
  expect(multiplied(euros(100n), rational(1n, 3n)).amount).toEqual(rational(1n, 3n));
  expect(plus(noMoney("EUR"), euros(5n))).toEqual(euros(5n));
});

it("refuses two currencies", () => {
  expect(() => plus(euros(1n), noMoney("USD"))).toThrow("cannot add EUR and USD");
  expect(() => minus(euros(1n), noMoney("USD"))).toThrow(RangeError);
});
