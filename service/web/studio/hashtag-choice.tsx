import { useMessages } from '../language/provider.tsx';
import { studioMessages } from './messages.ts';

interface HashtagChoiceProps {
  readonly hashtags: readonly string[];
  /** Hashtags that the visitor left out. */
  readonly leftOut: ReadonlySet<string>;
  readonly onChange: (leftOut: ReadonlySet<string>) => void;
}

/** The hashtags of the answer; each can be left out of the post. */
export function HashtagChoice({ hashtags, leftOut, onChange }: HashtagChoiceProps) {
  const t = useMessages(studioMessages);
  const toggle = (tag: string) => onChange(leftOut.symmetricDifference(new Set([tag])));
  return (
    <fieldset className="choice">
      <legend>{t.chooseHashtags}</legend>
      <div className="choice-options">
        {hashtags.map((tag) => (
          <label key={tag}>
            <input type="checkbox" checked={!leftOut.has(tag)} onChange={() => toggle(tag)} />
            <span>{tag}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
