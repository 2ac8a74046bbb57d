import { use, useId, useState } from 'react';
import type { ApiKey } from '../../../accounts/schema.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useFieldErrors } from '../../data/failure.tsx';
import { useChange } from '../../data/queries.ts';
import { useMessages } from '../../language/provider.tsx';
import { useSession } from '../../session/provider.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { keyChangeOf, newKeyOf } from './key-form.ts';
import { LimitFields, limitPointers } from './limit-fields.tsx';
import { keyMessages } from './messages.ts';
import { ShowKey, type ShownKey } from './show-key.ts';

/** Closes the dialog and shows a new key at once, before the lists are read again: that may find that the session has ended. */
function useShown<I>(create: (input: I) => Promise<ShownKey>, onClose: () => void) {
  const show = use(ShowKey);
  return async (input: I) => {
    const key = await create(input);
    onClose();
    show(key);
  };
}

export function CreateKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(keyMessages);
  const { may } = useSession();
  const createShown = useShown((form: FormData) => client.call('createKey', { body: newKeyOf(form) }), onClose);
  const create = useChange(['keys'], createShown);
  const errorOf = useFieldErrors(create.error);
  return (
    <Dialog title={t.create} onClose={onClose}>
      <ActionForm
        action={create}
        onSubmit={create.mutate}
        submit={t.create}
        onCancel={onClose}
        fields={['/name', '/permissions', '/expires_at', ...limitPointers]}
      >
        <TextField label={t.name} name="name" required maxLength={100} hint={t.nameHint} error={errorOf('/name')} />
        <PermissionFields error={errorOf('/permissions')} />
        <TextField type="date" label={t.expires} name="expires" hint={t.expiryHint} error={errorOf('/expires_at')} />
        {may('Admin') && <LimitFields quota={null} budgetMicros={null} errorOf={errorOf} />}
      </ActionForm>
    </Dialog>
  );
}

/** The permissions of the caller; administrators usually want a key with fewer. */
function PermissionFields({ error }: { readonly error: string | undefined }) {
  const t = useMessages(keyMessages);
  const id = useId();
  const { session } = useSession();
  const [chosen, setChosen] = useState<readonly string[]>(['Read', 'Write', 'API_Access']);
  return (
    <fieldset className="stack-small" aria-describedby={id}>
      <legend className="legend-title">{t.permissions}</legend>
      <div className="badges">
        {session?.permissions.map((permission) => (
          <label key={permission} className="check">
            <input
              type="checkbox"
              name="permissions"
              value={permission}
              checked={chosen.includes(permission)}
              onChange={({ target }) => setChosen(target.checked ? [...chosen, permission] : chosen.filter((each) => each !== permission))}
              ref={(input) => input?.setCustomValidity(chosen.length === 0 ? t.choosePermission : '')}
            />
            {permission}
          </label>
        ))}
      </div>
      <p className="hint" id={id}>
        {t.permissionsHint}
      </p>
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

/** The only time that a key is readable: neither Escape nor a click beside the dialog closes it. */
export function ShownKeyDialog({ shown, onClose }: { readonly shown: ShownKey; readonly onClose: () => void }) {
  const t = useMessages(keyMessages);
  return (
    <Dialog title={`${t.shownTitle}: ${shown.name}`} onClose={onClose} keepOpen>
      <Notice>{t.shownOnce}</Notice>
      <pre className="secret">
        <code>{shown.key}</code>
      </pre>
      <div className="row">
        <CopyButton text={shown.key} label={t.copyKey} />
        <button type="button" className="primary" onClick={onClose}>
          {t.saved}
        </button>
      </div>
    </Dialog>
  );
}

interface KeyProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

export function RotateKeyDialog({ apiKey, onClose }: KeyProps) {
  const t = useMessages(keyMessages);
  const [overlap, setOverlap] = useState<string>('86400');
  const rotateShown = useShown(
    (seconds: number) => client.call('rotateKey', { params: { id: apiKey.id }, body: { overlap_seconds: seconds } }),
    onClose,
  );
  const rotate = useChange(['keys'], rotateShown);
  return (
    <Dialog title={t.of(t.rotate, apiKey.name)} onClose={onClose}>
      <ActionForm action={rotate} onSubmit={() => rotate.mutate(Number(overlap))} submit={t.rotate} onCancel={onClose}>
        <p>{t.rotateIntro}</p>
        {apiKey.current && <Notice>{t.rotateCurrent}</Notice>}
        <Select
          label={t.overlap}
          value={overlap}
          onChange={setOverlap}
          options={{ '0': t.overlap0, '3600': t.overlap3600, '86400': t.overlap86400, '604800': t.overlap604800 }}
        />
      </ActionForm>
    </Dialog>
  );
}

export function RevokeKeyDialog({ apiKey, onClose }: KeyProps) {
  const t = useMessages(keyMessages);
  const revoke = useChange(['keys'], (id: string) => client.call('revokeKey', { params: { id } }), onClose);
  return (
    <Dialog title={t.of(t.revoke, apiKey.name)} onClose={onClose}>
      <ActionForm action={revoke} onSubmit={() => revoke.mutate(apiKey.id)} submit={t.revoke} isDangerous onCancel={onClose}>
        <p>{t.revokeIntro(apiKey.name)}</p>
        {apiKey.current && <Notice>{t.revokeCurrent}</Notice>}
      </ActionForm>
    </Dialog>
  );
}

/** For administrators. */
export function ChangeKeyDialog({ apiKey, onClose }: KeyProps) {
  const t = useMessages(keyMessages);
  const change = useChange(
    ['keys'],
    (form: FormData) => client.call('updateKey', { params: { id: apiKey.id }, body: keyChangeOf(form) }),
    onClose,
  );
  const errorOf = useFieldErrors(change.error);
  return (
    <Dialog title={t.of(t.change, apiKey.name)} onClose={onClose}>
      <ActionForm action={change} onSubmit={change.mutate} submit={t.save} onCancel={onClose} fields={['/name', ...limitPointers]}>
        <TextField label={t.name} name="name" required maxLength={100} defaultValue={apiKey.name} error={errorOf('/name')} />
        <LimitFields quota={apiKey.quota} budgetMicros={apiKey.budget_micros} errorOf={errorOf} />
        <label className="check">
          <input type="checkbox" name="is_active" defaultChecked={apiKey.is_active} />
          {t.isActive}
        </label>
      </ActionForm>
    </Dialog>
  );
}
