/**
 * Asks for many things at once, in requests that stay within what one may name. The requests run side by
 * side; the connection bounds how many.
 */
export async function inBatches<In, Out>(
  all: readonly In[],
  size: number,
  ask: (batch: readonly In[]) => Promise<readonly Out[]>,
): Promise<readonly Out[]> {
  const batches = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
  return (await Promise.all(batches.map(ask))).flat();
}
