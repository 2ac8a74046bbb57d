import { useState } from 'react';
import type { ApiKey } from '../../../accounts/schema.ts';
import { client } from '../../api/client.ts';
import { LoadedList } from '../../data/loaded.tsx';
import { useNames } from '../../data/names.ts';
import { usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ChangeKeyDialog, CreateKeyDialog, RevokeKeyDialog, RotateKeyDialog } from './key-dialogs.tsx';
import { keyMessages } from './messages.ts';

type Open = { readonly dialog: 'create' } | { readonly dialog: 'change' | 'rotate' | 'revoke'; readonly apiKey: ApiKey };

/** API keys of the caller; all of them for an administrator. */
export function Keys() {
  const t = useMessages(keyMessages);
  const { may } = useSession();
  const [open, setOpen] = useState<Open>();
  const keys = usePages('keys', (after, signal) => client.call('listKeys', { query: { after }, signal }));
  const onClose = () => setOpen(undefined);
  return (
    <>
      {may('Write') && (
        <div>
          <button type="button" className="primary" onClick={() => setOpen({ dialog: 'create' })}>
            {t.create}
          </button>
        </div>
      )}
      <LoadedList query={keys} empty={t.empty}>
        {(items) => <KeyTable keys={items} onOpen={setOpen} />}
      </LoadedList>
      {open?.dialog === 'create' && <CreateKeyDialog onClose={onClose} />}
      {open?.dialog === 'rotate' && <RotateKeyDialog apiKey={open.apiKey} onClose={onClose} />}
      {open?.dialog === 'revoke' && <RevokeKeyDialog apiKey={open.apiKey} onClose={onClose} />}
      {open?.dialog === 'change' && <ChangeKeyDialog apiKey={open.apiKey} onClose={onClose} />}
    </>
  );
}

const isExpired = ({ expires_at }: ApiKey) => expires_at !== null && Date.parse(expires_at) <= Date.now();
const isUsable = (key: ApiKey) => key.is_active && !isExpired(key);

/** Usable keys first, then by name. */
const inOrder = (a: ApiKey, b: ApiKey) => Number(isUsable(b)) - Number(isUsable(a)) || a.name.localeCompare(b.name);

function KeyState({ apiKey }: { readonly apiKey: ApiKey }) {
  const t = useMessages(keyMessages);
  const { format } = useLanguage();
  const state = apiKey.is_active ? (isExpired(apiKey) ? t.expired : t.active) : t.inactive;
  const previous = apiKey.is_active ? apiKey.previous_until : null;
  return (
    <span className="badges">
      <span className={isUsable(apiKey) ? 'badge good' : 'badge bad'}>{state}</span>
      {apiKey.current && <span className="badge">{t.current}</span>}
      {previous !== null && Date.parse(previous) > Date.now() && <span className="quiet">{t.previousUntil(format.time(previous))}</span>}
    </span>
  );
}

function useKeyColumns(): Column<ApiKey>[] {
  const t = useMessages(keyMessages);
  const { format } = useLanguage();
  const { may } = useSession();
  const names = useNames();
  const owner: Column<ApiKey> = { title: t.owner, cell: ({ user_id }) => (user_id === null ? t.noOwner : names(`user:${user_id}`)) };
  return [
    ...(may('Admin') ? [owner] : []),
    { title: t.state, cell: (key) => <KeyState apiKey={key} /> },
    { title: t.permissions, cell: ({ permissions }) => permissions.join(', ') },
    {
      title: t.quota,
      cell: ({ quota }) => (quota ? t.quotaText(format.number(quota.requests), format.number(quota.window_seconds)) : t.serviceQuota),
    },
    {
      title: t.budgetColumn,
      cell: ({ budget_micros }) => (budget_micros === null ? t.noBudget : t.budgetText(format.money(budget_micros))),
    },
    { title: t.lastUsed, cell: ({ last_used_at }) => (last_used_at === null ? t.never : format.time(last_used_at)) },
    { title: t.expires, cell: ({ expires_at }) => (expires_at === null ? t.never : format.time(expires_at)) },
  ];
}

function KeyTable({ keys, onOpen }: { readonly keys: readonly ApiKey[]; readonly onOpen: (open: Open) => void }) {
  const t = useMessages(keyMessages);
  const { may } = useSession();
  const columns = useKeyColumns();
  const button = (dialog: 'change' | 'rotate' | 'revoke', apiKey: ApiKey) => (
    <button
      type="button"
      className={dialog === 'revoke' ? 'danger' : undefined}
      aria-label={t.of(t[dialog], apiKey.name)}
      onClick={() => onOpen({ dialog, apiKey })}
    >
      {t[dialog]}
    </button>
  );
  const actions: Column<ApiKey> = {
    title: t.actions,
    hideTitle: true,
    cell: (key) => (
      <span className="actions">
        {may('Admin') && button('change', key)}
        {may('Write') && key.is_active && button('rotate', key)}
        {may('Write') && key.is_active && button('revoke', key)}
      </span>
    ),
  };
  return (
    <DataTable
      caption={t.keys}
      hideCaption
      columns={[{ title: t.name, cell: ({ name }) => name }, ...columns, actions]}
      rows={keys.toSorted(inOrder)}
      keyOf={({ id }) => id}
    />
  );
}
