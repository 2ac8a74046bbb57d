import { useState } from 'react';
import type { Result } from '../../../client/types.ts';
import { client } from '../../api/client.ts';
import { LoadedList } from '../../data/loaded.tsx';
import { useNames } from '../../data/names.ts';
import { usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { TextField } from '../../ui/field.tsx';
import { detailsText, matches } from './details.ts';
import { actionMessages, auditMessages } from './messages.ts';

type Entry = Result<'listAudit'>['items'][number];
/** The texts of an entry for people. */
interface Row {
  readonly id: string;
  readonly action: string;
  readonly time: string;
  readonly actor: string;
  readonly object: string;
  readonly details: string;
}

/** The audit log, for administrators. */
export function Audit() {
  const t = useMessages(auditMessages);
  const entries = usePages('audit', (after, signal) => client.call('listAudit', { query: { after }, signal }));
  return (
    <>
      <p className="quiet">{t.intro}</p>
      <LoadedList query={entries} empty={t.empty}>
        {(items) => <Entries entries={items} />}
      </LoadedList>
    </>
  );
}

function useRows(entries: readonly Entry[]): Row[] {
  const t = useMessages(auditMessages);
  const actions: Readonly<Record<string, string>> = useMessages(actionMessages);
  const { format } = useLanguage();
  const names = useNames();
  const actors: Readonly<Record<string, string>> = { service: t.service, anonymous: t.anonymous, operator: t.operator };
  const shortened = (text: string) => text.replace(/^(\w+:[0-9a-f]{8})-[0-9a-f-]{27}$/, '$1');
  return entries.map(({ id, at, actor, action, object, details }) => ({
    id,
    action: actions[action] ?? action,
    time: format.time(at),
    actor: actors[actor] ?? names(actor) ?? actor,
    object: names(object) ?? shortened(object),
    details: detailsText(details, (userId) => names(`user:${userId}`)),
  }));
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  const t = useMessages(auditMessages);
  const { format } = useLanguage();
  const [filter, setFilter] = useState('');
  const rows = useRows(entries);
  const shown = rows.filter(({ id, ...texts }) => matches(Object.values(texts), filter));
  return (
    <>
      <TextField
        label={t.filter}
        type="search"
        value={filter}
        onChange={({ target }) => setFilter(target.value)}
        hint={<span role="status">{t.filterHint(format.number(shown.length), format.number(rows.length))}</span>}
      />
      {shown.length === 0 ? (
        <div className="empty">{t.noMatch}</div>
      ) : (
        <DataTable
          caption={t.entries}
          hideCaption
          columns={[
            { title: t.action, cell: ({ action }) => <span className="wide">{action}</span> },
            { title: t.time, cell: ({ time }) => <span className="nowrap">{time}</span> },
            { title: t.actor, cell: ({ actor }) => actor },
            { title: t.object, cell: ({ object }) => object },
            { title: t.details, cell: ({ details }) => details },
          ]}
          rows={shown}
          keyOf={({ id }) => id}
        />
      )}
    </>
  );
}
