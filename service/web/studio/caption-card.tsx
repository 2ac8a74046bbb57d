import { useLanguage, useMessages } from '../language/provider.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { studioMessages } from './messages.ts';
import { countsOf, postLimits, postText } from './post.ts';

interface CaptionCardProps {
  readonly number: number;
  readonly caption: string;
  readonly hashtags: readonly string[];
  /** Language of the caption, BCP 47. */
  readonly lang: string | undefined;
  readonly isShown: boolean;
  readonly onEdit: (caption: string) => void;
  readonly onShow: () => void;
  readonly onCopy: () => void;
  /** Not set while captions are written. */
  readonly onAnother: (() => void) | undefined;
}

/** A caption that can be edited, copied and shown in the post. */
export function CaptionCard({ number, caption, hashtags, lang, isShown, onEdit, onShow, onCopy, onAnother }: CaptionCardProps) {
  const t = useMessages(studioMessages);
  const text = postText(caption, hashtags);
  return (
    <li className="card caption" data-shown={isShown}>
      <textarea
        aria-label={t.caption(number)}
        lang={lang}
        rows={2}
        value={caption}
        onChange={(event) => onEdit(event.target.value)}
        onFocus={onShow}
      />
      <Counts text={text} />
      <div className="row">
        <CopyButton text={text} onCopy={onCopy} />
        <button type="button" onClick={onAnother} disabled={onAnother === undefined}>
          {t.another}
        </button>
        <button type="button" aria-pressed={isShown} onClick={onShow}>
          {t.show}
        </button>
      </div>
    </li>
  );
}

/** Characters and hashtags of a post, next to Instagram's limits. */
function Counts({ text }: { readonly text: string }) {
  const t = useMessages(studioMessages);
  const { number } = useLanguage().format;
  const { characters, hashtags } = countsOf(text);
  const isTooLong = characters > postLimits.characters || hashtags > postLimits.hashtags;
  return (
    <p className={isTooLong ? 'field-error' : 'hint'}>
      {t.characters(number(characters), number(postLimits.characters))} · {t.tags(number(hashtags), number(postLimits.hashtags))}
      {isTooLong && ` · ${t.tooLong}`}
    </p>
  );
}
