import { useMessages } from '../../language/provider.tsx';
import { TextField } from '../../ui/field.tsx';
import { keyMessages } from './messages.ts';

interface LimitFieldsProps {
  readonly quota: { readonly requests: number; readonly window_seconds: number } | null;
  readonly budgetMicros: number | null;
  readonly errorOf: (pointer: string) => string | undefined;
}

/** Quota and budget of a key, which administrators set. */
export function LimitFields({ quota, budgetMicros, errorOf }: LimitFieldsProps) {
  const t = useMessages(keyMessages);
  const number = { type: 'number', inputMode: 'decimal', min: 1, step: 1 } as const;
  return (
    <>
      <div className="field-grid">
        <TextField
          {...number}
          label={t.quotaRequests}
          name="quota_requests"
          defaultValue={quota?.requests}
          hint={t.quotaHint}
          error={errorOf('/quota/requests')}
        />
        <TextField
          {...number}
          label={t.quotaWindow}
          name="quota_seconds"
          defaultValue={quota?.window_seconds}
          error={errorOf('/quota/window_seconds')}
        />
      </div>
      <TextField
        {...number}
        min={0}
        step="any"
        label={t.budget}
        name="budget"
        defaultValue={budgetMicros === null ? undefined : budgetMicros / 1_000_000}
        hint={t.budgetHint}
        error={errorOf('/budget_micros')}
      />
    </>
  );
}

/** Pointers of the fields above. */
export const limitPointers = ['/quota/requests', '/quota/window_seconds', '/budget_micros'];
