import { type ComponentType, useState } from 'react';
import type { User } from '../../../accounts/schema.ts';
import { client } from '../../api/client.ts';
import { LoadedList } from '../../data/loaded.tsx';
import { usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { userMessages } from './messages.ts';
import { ActivationDialog, ChangeUserDialog, CreateUserDialog, DeleteUserDialog, SetPasswordDialog } from './user-dialogs.tsx';

const dialogs = {
  change: ChangeUserDialog,
  setPassword: SetPasswordDialog,
  deactivate: ActivationDialog,
  activate: ActivationDialog,
  delete: DeleteUserDialog,
} as const satisfies Record<string, ComponentType<{ user: User; onClose: () => void }>>;
type Action = keyof typeof dialogs;

/** The users, for administrators. */
export function Users() {
  const t = useMessages(userMessages);
  const [open, setOpen] = useState<'create' | { readonly action: Action; readonly user: User }>();
  const users = usePages('users', (after, signal) => client.call('listUsers', { query: { after }, signal }));
  const onClose = () => setOpen(undefined);
  const OpenDialog = typeof open === 'object' ? dialogs[open.action] : undefined;
  return (
    <>
      <div>
        <button type="button" className="primary" onClick={() => setOpen('create')}>
          {t.create}
        </button>
      </div>
      <LoadedList query={users} empty={t.empty}>
        {(items) => <UserTable users={items} onOpen={(action, user) => setOpen({ action, user })} />}
      </LoadedList>
      {open === 'create' && <CreateUserDialog onClose={onClose} />}
      {OpenDialog && typeof open === 'object' && <OpenDialog user={open.user} onClose={onClose} />}
    </>
  );
}

interface TableProps {
  readonly users: readonly User[];
  readonly onOpen: (action: Action, user: User) => void;
}

function UserTable({ users, onOpen }: TableProps) {
  const t = useMessages(userMessages);
  const { format } = useLanguage();
  const { session } = useSession();
  const isSelf = ({ id }: User) => id === session?.user?.id;
  // The own password is changed in the profile, with the current one; an administrator cannot lock the own account.
  const actionsFor = (user: User): readonly Action[] =>
    isSelf(user) ? ['change'] : ['change', 'setPassword', user.is_active ? 'deactivate' : 'activate', 'delete'];
  const columns: readonly Column<User>[] = [
    {
      title: t.state,
      cell: (user) => (
        <span className="badges">
          <span className={user.is_active ? 'badge good' : 'badge bad'}>{user.is_active ? t.active : t.inactive}</span>
          {isSelf(user) && <span className="badge">{t.you}</span>}
        </span>
      ),
    },
    { title: t.role, cell: ({ role }) => role },
    { title: t.email, cell: ({ email }) => email ?? t.noEmail },
    { title: t.created, cell: ({ created_at }) => <span className="nowrap">{format.day(created_at)}</span> },
    {
      title: t.actions,
      hideTitle: true,
      cell: (user) => (
        <span className="actions">
          {actionsFor(user).map((action) => (
            <button
              key={action}
              type="button"
              className={action === 'delete' ? 'danger' : undefined}
              aria-label={t.of(t[action], user.username)}
              onClick={() => onOpen(action, user)}
            >
              {t[action]}
            </button>
          ))}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      caption={t.users}
      hideCaption
      columns={[{ title: t.name, cell: ({ username }) => username }, ...columns]}
      rows={users}
      keyOf={({ id }) => id}
    />
  );
}
