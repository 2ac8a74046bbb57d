import { useState } from 'react';
import type { UserRole } from '../../../../contract/roles.ts';
import type { User } from '../../../accounts/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useFieldErrors } from '../../data/failure.tsx';
import { secretOf, textOf } from '../../data/form-values.ts';
import { useChange } from '../../data/queries.ts';
import { useMessages } from '../../language/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { userMessages } from './messages.ts';

interface DialogProps {
  readonly onClose: () => void;
}
interface UserProps extends DialogProps {
  readonly user: User;
}
type ErrorOf = (pointer: string) => string | undefined;

/** Of the service: see `nameOfUser` and `newPassword` in its schema. */
const [namePattern, minPassword] = ['[A-Za-z0-9_.@+\\-]{1,50}', 12];

function RoleSelect({ role, onChange }: { readonly role: UserRole; readonly onChange: (role: UserRole) => void }) {
  const t = useMessages(userMessages);
  const options: Record<UserRole, string> = { ReadOnly: t.roleReadOnly, User: t.roleUser, Developer: t.roleDeveloper, Admin: t.roleAdmin };
  return <Select label={t.role} value={role} options={options} onChange={onChange} />;
}

function IdentityFields({ user, errorOf }: { readonly user?: User; readonly errorOf: ErrorOf }) {
  const t = useMessages(userMessages);
  return (
    <>
      <TextField
        label={t.name}
        name="username"
        required
        pattern={namePattern}
        autoComplete="off"
        defaultValue={user?.username}
        hint={t.nameHint}
        error={errorOf('/username')}
      />
      <TextField
        label={t.email}
        name="email"
        type="email"
        required={user === undefined}
        autoComplete="off"
        defaultValue={user?.email ?? undefined}
        error={errorOf('/email')}
      />
    </>
  );
}

export function CreateUserDialog({ onClose }: DialogProps) {
  const t = useMessages(userMessages);
  const [role, setRole] = useState<UserRole>('User');
  const create = useChange(
    ['users'],
    (form: FormData) =>
      client.call('createUser', {
        body: {
          username: textOf(form, 'username'),
          email: textOf(form, 'email'),
          role,
          password: secretOf(form, 'password') || undefined,
        },
      }),
    onClose,
  );
  const errorOf = useFieldErrors(create.error);
  return (
    <Dialog title={t.create} onClose={onClose}>
      <ActionForm
        action={create}
        onSubmit={create.mutate}
        submit={t.create}
        onCancel={onClose}
        fields={['/username', '/email', '/password']}
      >
        <IdentityFields errorOf={errorOf} />
        <RoleSelect role={role} onChange={setRole} />
        <TextField
          label={t.password}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={minPassword}
          hint={t.passwordOptional}
          error={errorOf('/password')}
        />
      </ActionForm>
    </Dialog>
  );
}

export function ChangeUserDialog({ user, onClose }: UserProps) {
  const t = useMessages(userMessages);
  const [role, setRole] = useState(user.role);
  const change = useChange(
    ['users'],
    (form: FormData) =>
      client.call('updateUser', {
        params: { id: user.id },
        body: { username: textOf(form, 'username'), email: textOf(form, 'email') || undefined, role },
      }),
    onClose,
  );
  const errorOf = useFieldErrors(change.error);
  return (
    <Dialog title={t.of(t.change, user.username)} onClose={onClose}>
      <ActionForm action={change} onSubmit={change.mutate} submit={t.save} onCancel={onClose} fields={['/username', '/email']}>
        <IdentityFields user={user} errorOf={errorOf} />
        <RoleSelect role={role} onChange={setRole} />
      </ActionForm>
    </Dialog>
  );
}

export function SetPasswordDialog({ user, onClose }: UserProps) {
  const t = useMessages(userMessages);
  const set = useChange(
    [],
    (form: FormData) => client.call('setPassword', { params: { id: user.id }, body: { password: secretOf(form, 'password') } }),
    onClose,
  );
  const errorOf = useFieldErrors(set.error);
  return (
    <Dialog title={t.of(t.setPassword, user.username)} onClose={onClose}>
      <ActionForm action={set} onSubmit={set.mutate} submit={t.save} onCancel={onClose} fields={['/password']}>
        <p>{t.passwordIntro}</p>
        <TextField
          label={t.newPassword}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={minPassword}
          hint={t.passwordHint}
          error={errorOf('/password')}
        />
      </ActionForm>
    </Dialog>
  );
}

export function ActivationDialog({ user, onClose }: UserProps) {
  const t = useMessages(userMessages);
  const change = useChange(
    ['users'],
    (is_active: boolean) => client.call('updateUser', { params: { id: user.id }, body: { is_active } }),
    onClose,
  );
  const action = user.is_active ? t.deactivate : t.activate;
  return (
    <Dialog title={t.of(action, user.username)} onClose={onClose}>
      <ActionForm
        action={change}
        onSubmit={() => change.mutate(!user.is_active)}
        submit={action}
        isDangerous={user.is_active}
        onCancel={onClose}
      >
        <p>{user.is_active ? t.deactivateIntro(user.username) : t.activateIntro(user.username)}</p>
      </ActionForm>
    </Dialog>
  );
}

/** Deletes a user once the name has been typed. */
export function DeleteUserDialog({ user, onClose }: UserProps) {
  const t = useMessages(userMessages);
  const [typed, setTyped] = useState('');
  const remove = useChange(['users', 'keys'], (id: string) => client.call('deleteUser', { params: { id } }), onClose);
  return (
    <Dialog title={t.of(t.delete, user.username)} onClose={onClose}>
      <ActionForm action={remove} onSubmit={() => remove.mutate(user.id)} submit={t.delete} isDangerous onCancel={onClose}>
        <p>{t.deleteIntro(user.username)}</p>
        <TextField
          label={t.typeName(user.username)}
          value={typed}
          required
          autoComplete="off"
          onChange={({ target }) => {
            setTyped(target.value);
            target.setCustomValidity(target.value === user.username ? '' : t.typeExactly);
          }}
        />
      </ActionForm>
    </Dialog>
  );
}
