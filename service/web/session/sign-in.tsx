import { type FormEvent, useState } from 'react';
import { messageOf } from '../api/client.ts';
import { useMessages } from '../language/provider.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextField } from '../ui/field.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { sessionMessages } from './messages.ts';
import { useSession } from './provider.tsx';

const textOf = (form: FormData, name: string) => String(form.get(name) ?? '');

/** The form that starts a session. */
export function SignIn() {
  const t = useMessages(sessionMessages);
  const { signIn } = useSession();
  const [by, setBy] = useState<'password' | 'key'>('password');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await signIn(
        by === 'key' ? { api_key: textOf(form, 'key').trim() } : { username: textOf(form, 'username'), password: textOf(form, 'password') },
      );
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="card sign-in" onSubmit={submit} aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{t.title}</h2>
      <p className="quiet">{t.intro}</p>
      <Choice label={t.title} hideLabel value={by} onChange={setBy} options={{ password: t.byPassword, key: t.byKey }} />
      {by === 'password' ? (
        <>
          <TextField label={t.username} name="username" autoComplete="username" required />
          <TextField label={t.password} name="password" type="password" autoComplete="current-password" required />
        </>
      ) : (
        <TextField label={t.key} name="key" type="password" autoComplete="off" required hint={t.keyHint} />
      )}
      {error !== undefined && <ErrorNotice>{error}</ErrorNotice>}
      <button type="submit" className="primary" disabled={busy}>
        {busy ? t.signingIn : t.submit}
      </button>
    </form>
  );
}
