import type { Output } from '../../cli/output.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { label } from '../../cluster/objects.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';

/**
 * Removes objects by name and UID: one that somebody made anew under the same name stays.
 * @returns what could not be removed; a healthy release is not bad for that, and the next one tries again
 */
export async function prune(
  run: { readonly cluster: Cluster; readonly out: Pick<Output, 'line'> },
  items: readonly InventoryItem[],
): Promise<InventoryItem[]> {
  const left: InventoryItem[] = [];
  for (const item of items) {
    try {
      await run.cluster.remove(item, item.uid);
      run.out.line(`removed ${label(item)}`);
    } catch (error) {
      left.push(item);
      run.out.line(`could not remove ${label(item)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return left;
}
