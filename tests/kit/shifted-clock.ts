/** Loaded into a process before all else, it puts its clock on by `CLOCK_AHEAD_MS`: days pass between two starts of a hub. */
const ahead = Number(process.env["CLOCK_AHEAD_MS"]);
const RealDate = Date;
const now = (): number => RealDate.now() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: [], made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, held) => (name === "now" ? now : (Reflect.get(target, name, held) as unknown)),
});
