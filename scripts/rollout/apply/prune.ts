import type { Output } from '../../cli/output.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { label } from '../../cluster/objects.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';

/**
 * Deletes objects by name and UID: an object that was created again with the same name is kept.
 * @returns the items that could not be deleted; the next release retries
 */
export async function prune(
  run: { readonly cluster: Cluster; readonly out: Pick<Output, 'line'> },
  items: readonly InventoryItem[],
): Promise<InventoryItem[]> {
  const left: InventoryItem[] = [];
  for (const item of items) {
    try {
      await run.cluster.remove(item, item.uid);
      run.out.line(`deleted ${label(item)}`);
    } catch (error) {
      left.push(item);
      run.out.line(`could not delete ${label(item)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return left;
}
