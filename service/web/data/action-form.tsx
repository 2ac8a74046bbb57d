import type { FormEvent, ReactNode } from 'react';
import { useMessages } from '../language/provider.tsx';
import { Failure } from './failure.tsx';
import { dataMessages } from './messages.ts';

interface ActionFormProps {
  readonly action: { readonly error: unknown; readonly isPending: boolean };
  readonly onSubmit: (form: FormData) => void;
  readonly submit: string;
  readonly isDangerous?: boolean;
  /** Not set: the form has no dialog to close. */
  readonly onCancel?: () => void;
  /** Pointers of the fields that show their own errors. */
  readonly fields?: readonly string[];
  readonly children?: ReactNode;
}

/** A form for one change: it shows why the change failed, and that it is under way. */
export function ActionForm({ action, onSubmit, submit, isDangerous, onCancel, fields = [], children }: ActionFormProps) {
  const t = useMessages(dataMessages);
  const onFormSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!action.isPending) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form className="stack" onSubmit={onFormSubmit}>
      {children}
      <Failure error={action.error} shown={fields} />
      <div className="row">
        <button type="submit" className={isDangerous ? 'danger' : 'primary'} aria-disabled={action.isPending}>
          {action.isPending ? t.working : submit}
        </button>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            {t.cancel}
          </button>
        )}
      </div>
    </form>
  );
}
