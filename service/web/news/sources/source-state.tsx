import type { Source, SourceFetch } from '../../../news/sources/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { sourceMessages } from './messages.ts';

/** Active or paused, and whether its fetches fail. */
export function SourceState({ source }: { readonly source: Source }) {
  const t = useMessages(sourceMessages);
  const { format } = useLanguage();
  const { is_active, failures } = source;
  const failing = failures === 1 ? t.failingOnce : t.failing(format.number(failures));
  return (
    <span className="badges">
      <span className={is_active ? 'badge good' : 'badge'}>{is_active ? t.active : t.paused}</span>
      {failures > 0 && <span className="badge bad">{failing}</span>}
    </span>
  );
}

/** How a fetch ended; that it waits or is under way. */
export function FetchOutcome({ fetch }: { readonly fetch: SourceFetch }) {
  const t = useMessages(sourceMessages);
  if (fetch.outcome === null) return <span className="badge writing">{fetch.started_at ? t.running : t.queued}</span>;
  const tone = { succeeded: ' good', not_modified: '', failed: ' bad', rejected: ' bad' }[fetch.outcome];
  return <span className={`badge${tone}`}>{t[fetch.outcome]}</span>;
}
