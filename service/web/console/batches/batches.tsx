import { useHashPath } from '../../browser/hash-path.ts';
import { useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { BatchList } from './batch-list.tsx';
import { BatchPage } from './batch-page.tsx';
import { batchMessages } from './messages.ts';
import { NewBatch } from './new-batch.tsx';

/** Many requests in one file: `#/console/batches` lists batches, `#/console/batches/ID` shows one. */
export function Batches() {
  const t = useMessages(batchMessages);
  const { may } = useSession();
  const id = useHashPath()[2];
  if (id) return <BatchPage id={id} key={id} />;
  return (
    <>
      <p className="quiet">{t.intro}</p>
      {may('Write') && <NewBatch />}
      <BatchList />
    </>
  );
}
