import { useState } from 'react';
import type { Result } from '../../../client/types.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { Failure } from '../../data/failure.tsx';
import { LoadedList } from '../../data/loaded.tsx';
import { useChange, usePages } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { profileMessages } from './messages.ts';
import { programOf } from './program.ts';

type Session = Result<'listSessions'>['items'][number];

const end = ({ id }: Session) => client.call('endSession', { params: { id } });

/** Where the user is signed in. */
export function Sessions() {
  const t = useMessages(profileMessages);
  const sessions = usePages('sessions', (after, signal) => client.call('listSessions', { query: { after }, signal }));
  return (
    <section className="card">
      <h2>{t.sessions}</h2>
      <LoadedList query={sessions} empty={t.noSessions}>
        {(items) => <SessionList sessions={items} />}
      </LoadedList>
    </section>
  );
}

function SessionList({ sessions }: { readonly sessions: readonly Session[] }) {
  const t = useMessages(profileMessages);
  const { format } = useLanguage();
  const { signOut } = useSession();
  const [asks, setAsks] = useState(false);
  const endOne = useChange(['sessions'], end);
  const others = sessions.filter(({ current }) => !current);
  const endOthers = useChange(
    ['sessions'],
    () => Promise.all(others.map(end)),
    () => setAsks(false),
  );
  const nameOf = ({ user_agent }: Session) => {
    const { name, system } = programOf(user_agent ?? '');
    return system ? t.on(name, system) : name || t.unknownProgram;
  };
  return (
    <>
      <DataTable
        caption={t.sessions}
        hideCaption
        columns={[
          { title: t.program, cell: nameOf },
          { title: t.started, cell: ({ created_at }) => format.time(created_at) },
          { title: t.lastUsed, cell: ({ refreshed_at }) => format.time(refreshed_at) },
          { title: t.expires, cell: ({ expires_at }) => format.time(expires_at) },
          {
            title: t.actions,
            hideTitle: true,
            cell: (session) =>
              session.current ? (
                <span className="actions">
                  <span className="badge good">{t.thisOne}</span>
                  <button type="button" onClick={() => void signOut()}>
                    {t.endThis}
                  </button>
                </span>
              ) : (
                <span className="actions">
                  <button
                    type="button"
                    className="danger"
                    aria-label={t.endNamed(nameOf(session), format.time(session.created_at))}
                    onClick={() => endOne.mutate(session)}
                  >
                    {t.end}
                  </button>
                </span>
              ),
          },
        ]}
        rows={sessions}
        keyOf={({ id }) => id}
      />
      <Failure error={endOne.error} />
      {others.length > 0 && (
        <div>
          <button type="button" className="danger" onClick={() => setAsks(true)}>
            {t.endOthers}
          </button>
        </div>
      )}
      {asks && (
        <Dialog title={t.endOthers} onClose={() => setAsks(false)}>
          <ActionForm
            action={endOthers}
            onSubmit={() => endOthers.mutate(undefined)}
            submit={t.endOthers}
            isDangerous
            onCancel={() => setAsks(false)}
          >
            <p>{t.endOthersIntro}</p>
          </ActionForm>
        </Dialog>
      )}
    </>
  );
}
