const STEP_MS = 500;
/** After the machine slept the shop goes on where it was. */
const STEP_MS_MAX = 5_000;

/** Lets the shop's time go on by itself, so many times as fast as real time; 0 lets it stand. */
export type RunningClock = {
  readonly speed: () => number;
  readonly run: (speed: number) => void;
  readonly stop: () => void;
};

/** @param advance is told how many milliseconds of shop time went by. */
export function makeRunningClock(advance: (milliseconds: number) => void): RunningClock {
  let speed = 0;
  let timer: NodeJS.Timeout | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    speed: () => speed,
    run(wanted) {
      stop();
      speed = wanted;
      if (speed === 0) return;
      let last = performance.now();
      timer = setInterval(() => {
        const elapsed = performance.now() - last;
        last += elapsed;
        advance(Math.round(Math.min(elapsed, STEP_MS_MAX) * speed));
      }, STEP_MS);
    },
    stop,
  };
}
