import { useLanguage, useMessages } from '../language/provider.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { HistoryEntry } from './history.ts';
import { studioMessages } from './messages.ts';
import { postText } from './post.ts';

interface HistoryListProps {
  readonly entries: readonly HistoryEntry[];
  readonly onUse: (entry: HistoryEntry) => void;
  readonly onRemove: (id: string) => void;
  readonly onClear: () => void;
}

/** Captions that were copied in this browser. */
export function HistoryList({ entries, onUse, onRemove, onClear }: HistoryListProps) {
  const t = useMessages(studioMessages);
  const { format } = useLanguage();
  return (
    <section className="card" aria-labelledby="history-title">
      <div className="row spread">
        <h2 id="history-title">{t.history}</h2>
        {entries.length > 0 && (
          <button type="button" onClick={onClear}>
            {t.clear}
          </button>
        )}
      </div>
      <p className="hint">{entries.length === 0 ? t.noHistory : t.historyHint}</p>
      <ul className="history">
        {entries.map((entry) => (
          <li key={entry.id}>
            <p>{entry.caption}</p>
            <p className="hint">
              {format.time(entry.at)} · {entry.description}
            </p>
            <div className="row">
              <CopyButton text={postText(entry.caption, entry.hashtags)} />
              <button type="button" onClick={() => onUse(entry)}>
                {t.use}
              </button>
              <button type="button" onClick={() => onRemove(entry.id)}>
                {t.remove}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
