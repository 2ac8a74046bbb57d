import { useId } from 'react';

interface ChoiceProps<V extends string> {
  readonly label: string;
  /** The label is for screen readers only. */
  readonly hideLabel?: boolean;
  readonly value: V;
  /** Values with their texts, in order. */
  readonly options: Readonly<Record<V, string>>;
  readonly onChange: (value: V) => void;
}

/** A choice among few values that are all visible: radio buttons that look like one control. */
export function Choice<V extends string>({ label, hideLabel = false, value, options, onChange }: ChoiceProps<V>) {
  const name = useId();
  const values = Object.keys(options).filter((key): key is V => key in options);
  return (
    <fieldset className="choice">
      <legend className={hideLabel ? 'visually-hidden' : undefined}>{label}</legend>
      <div className="choice-options">
        {values.map((each) => (
          <label key={each}>
            <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
            <span>{options[each]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
