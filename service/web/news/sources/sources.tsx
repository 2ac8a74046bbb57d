import { useHashPath } from '../../browser/hash-path.ts';
import { Loaded } from '../../data/loaded.tsx';
import { useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { useSources } from '../filters/queries.ts';
import { newsAddress } from '../filters/use-filters.ts';
import { FirstSource } from './first-source.tsx';
import { sourceMessages } from './messages.ts';
import { useSource } from './queries.ts';
import { SourceForm } from './source-form.tsx';
import { SourceList } from './source-list.tsx';
import { SourcePage } from './source-page.tsx';

/** `#/news/sources` lists sources, `…/new` adds one, `…/ID` shows one, `…/ID/edit` changes it. */
export function Sources() {
  const t = useMessages(sourceMessages);
  const { 2: id, 3: action } = useHashPath();
  if (!id) return <AllSources />;
  return (
    <>
      <p>
        <a href={newsAddress('sources', '')}>{t.back}</a>
      </p>
      {id === 'new' ? <SourceForm key="new" /> : <OneSource key={id} id={id} isEdited={action === 'edit'} />}
    </>
  );
}

function AllSources() {
  const t = useMessages(sourceMessages);
  const { may } = useSession();
  const sources = useSources();
  return (
    <Loaded query={sources}>
      {(items) =>
        items.length === 0 ? (
          <FirstSource />
        ) : (
          <>
            <p className="quiet">{t.intro}</p>
            {may('Admin') && (
              <div>
                <a className="button primary" href={newsAddress('sources/new', '')}>
                  {t.add}
                </a>
              </div>
            )}
            <section className="card">
              <SourceList sources={items} />
            </section>
          </>
        )
      }
    </Loaded>
  );
}

function OneSource({ id, isEdited }: { readonly id: string; readonly isEdited: boolean }) {
  const source = useSource(id);
  return <Loaded query={source}>{(data) => (isEdited ? <SourceForm source={data} /> : <SourcePage source={data} />)}</Loaded>;
}
