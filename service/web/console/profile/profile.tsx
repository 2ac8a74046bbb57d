import { useState } from 'react';
import type { User } from '../../../accounts/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useFieldErrors } from '../../data/failure.tsx';
import { secretOf, textOf } from '../../data/form-values.ts';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { profileMessages } from './messages.ts';
import { Sessions } from './sessions.tsx';

/** The caller's own account and sessions. */
export function Profile() {
  const t = useMessages(profileMessages);
  const { session, may } = useSession();
  return (
    <>
      <Account />
      {session?.user == null ? (
        <Notice>{t.noUser}</Notice>
      ) : (
        <>
          <div className="field-grid">
            {may('Write') && <Email user={session.user} />}
            <Password user={session.user} />
          </div>
          <Sessions />
        </>
      )}
    </>
  );
}

function Account() {
  const t = useMessages(profileMessages);
  const { session } = useSession();
  const { format } = useLanguage();
  const user = session?.user;
  const expires = session?.expires_at;
  const facts = [
    [t.name, user?.username],
    [t.role, user?.role],
    [t.permissions, session?.permissions.join(', ')],
    [t.since, user && format.day(user.created_at)],
    [t.sessionUntil, expires ? t.extended(format.time(expires)) : undefined],
  ] as const;
  return (
    <section className="card">
      <h2>{t.account}</h2>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div className="fact" key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

function Email({ user }: { readonly user: User }) {
  const t = useMessages(profileMessages);
  const { reload } = useSession();
  const change = useChange(['users'], (form: FormData) => client.call('updateOwnUser', { body: { email: textOf(form, 'email') } }), reload);
  const errorOf = useFieldErrors(change.error);
  return (
    <section className="card">
      <h2>{t.email}</h2>
      <ActionForm action={change} onSubmit={change.mutate} submit={t.changeEmail} fields={['/email']}>
        <TextField
          label={t.email}
          name="email"
          type="email"
          required
          autoComplete="email"
          defaultValue={user.email ?? undefined}
          error={errorOf('/email')}
        />
        {change.isSuccess && <Notice>{t.emailChanged}</Notice>}
      </ActionForm>
    </section>
  );
}

function Password({ user }: { readonly user: User }) {
  const t = useMessages(profileMessages);
  // Another form after a change: its fields are empty.
  const [changes, setChanges] = useState(0);
  const change = useChange(
    ['sessions'],
    (form: FormData) =>
      client.call('setPassword', {
        params: { id: user.id },
        body: { password: secretOf(form, 'password'), current_password: secretOf(form, 'current_password') },
      }),
    () => setChanges((count) => count + 1),
  );
  const errorOf = useFieldErrors(change.error);
  return (
    <section className="card">
      <h2>{t.password}</h2>
      <ActionForm
        key={changes}
        action={change}
        onSubmit={change.mutate}
        submit={t.changePassword}
        fields={['/password', '/current_password']}
      >
        <input type="text" name="username" autoComplete="username" defaultValue={user.username} hidden readOnly />
        <TextField
          label={t.currentPassword}
          name="current_password"
          type="password"
          required
          autoComplete="current-password"
          error={errorOf('/current_password')}
        />
        <TextField
          label={t.newPassword}
          name="password"
          type="password"
          required
          minLength={12}
          autoComplete="new-password"
          hint={t.passwordHint}
          error={errorOf('/password')}
        />
        {change.isSuccess && <Notice>{t.passwordChanged}</Notice>}
      </ActionForm>
    </section>
  );
}
