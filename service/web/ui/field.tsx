import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why the value is invalid. */
  readonly error?: string | undefined;
}

interface FrameProps extends FieldProps {
  readonly id: string;
  readonly children: ReactNode;
}

const describedBy = (id: string, { hint, error }: FieldProps) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** The label, hint and error that belong to a control, connected for screen readers. */
function useField(props: FieldProps) {
  const id = useId();
  return {
    frame: { ...props, id },
    control: { id, 'aria-describedby': describedBy(id, props), 'aria-invalid': props.error ? true : undefined },
  };
}

/** A text input with its label. */
export function TextField({ label, hint, error, ...input }: FieldProps & ComponentProps<'input'>) {
  const { frame, control } = useField({ label, hint, error });
  return (
    <Frame {...frame}>
      <input type="text" {...input} {...control} />
    </Frame>
  );
}

/** A text area with its label. */
export function TextArea({ label, hint, error, ...input }: FieldProps & ComponentProps<'textarea'>) {
  const { frame, control } = useField({ label, hint, error });
  return (
    <Frame {...frame}>
      <textarea {...input} {...control} />
    </Frame>
  );
}

interface SelectProps<V extends string> extends FieldProps {
  readonly value: V;
  /** Values with their texts, in order. */
  readonly options: Readonly<Record<V, string>>;
  readonly onChange: (value: V) => void;
}

const keysOf = <V extends string>(options: Readonly<Record<V, string>>): V[] =>
  Object.keys(options).filter((key): key is V => key in options);

/** A drop-down list with its label. */
export function Select<V extends string>({ label, hint, error, value, options, onChange }: SelectProps<V>) {
  const { frame, control } = useField({ label, hint, error });
  const values = keysOf(options);
  return (
    <Frame {...frame}>
      <select
        {...control}
        value={value}
        onChange={(event) => {
          const chosen = values.find((each) => each === event.target.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {values.map((each) => (
          <option key={each} value={each}>
            {options[each]}
          </option>
        ))}
      </select>
    </Frame>
  );
}
