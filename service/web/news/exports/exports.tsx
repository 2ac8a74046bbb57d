import { useSession } from '../../session/provider.tsx';
import { FilterPanel } from '../filters/filter-panel.tsx';
import { ExportList } from './export-list.tsx';
import { NewExport } from './new-export.tsx';

/** Creates exports of the filtered articles, and lists those that exist. */
export function Exports() {
  const { may } = useSession();
  return (
    <>
      {may('Write') && (
        <>
          <FilterPanel />
          <NewExport />
        </>
      )}
      <ExportList />
    </>
  );
}
