export type GroupOptions = {
  /** The most of them in one group. */
  readonly max: number;
  /** Groups under way at the same time. */
  readonly atOnce?: number;
  /** Whether a group that failed so is to be tried one by one, so that one does not spoil the others. */
  readonly isOfOne?: (error: unknown) => boolean;
};

type Waiting<In, Out> = {
  readonly one: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Lets many callers share one piece of work: what is asked for while a group is under way makes the next
 * group. A single caller waits for nobody; under load the groups grow by themselves.
 *
 * @param work gives one result for each of its group, in their order
 */
export function inGroups<In, Out>(
  work: (group: readonly In[]) => Promise<readonly Out[]>,
  { max, atOnce = 1, isOfOne = () => false }: GroupOptions,
): (one: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let underway = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || waiting.length === 0 || underway >= atOnce) return;
    scheduled = true;
    // After those that were asked for in the same turn.
    setImmediate(() => {
      scheduled = false;
      while (waiting.length > 0 && underway < atOnce) void run(waiting.splice(0, max));
    });
  }

  async function run(group: readonly Waiting<In, Out>[]): Promise<void> {
    underway += 1;
    try {
      await settle(group);
    } finally {
      underway -= 1;
      schedule();
    }
  }

  async function settle(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await work(group.map(({ one }) => one));
      group.forEach(({ resolve }, at) => resolve(results[at] as Out));
    } catch (error) {
      if (group.length > 1 && isOfOne(error)) for (const each of group) await settle([each]);
      else group.forEach(({ reject }) => reject(error));
    }
  }

  return (one) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      schedule();
    });
}
