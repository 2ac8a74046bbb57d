import { useEffect, useRef } from 'react';
import { useLanguage, useMessages } from '../language/provider.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { CaptionCard } from './caption-card.tsx';
import { examples, studioMessages } from './messages.ts';
import type { CaptionsState } from './use-captions.ts';

interface ResultsProps {
  readonly state: CaptionsState;
  readonly hashtags: readonly string[];
  readonly shown: number;
  readonly onShow: (index: number) => void;
  readonly onEdit: (index: number, caption: string) => void;
  readonly onCopy: (index: number) => void;
  readonly onAnother: (index: number) => void;
  readonly onExample: (description: string) => void;
}

/** The captions as they arrive; before the first request, examples. */
export function Results({ state, hashtags, shown, onShow, onEdit, onCopy, onAnother, onExample }: ResultsProps) {
  const t = useMessages(studioMessages);
  const { status, captions, answer, error } = state;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // In one column, the captions are below the form.
    if (status === 'writing' && (section.current?.getBoundingClientRect().top ?? 0) > innerHeight / 2)
      section.current?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  }, [status]);
  return (
    <section ref={section} className="stack" aria-labelledby="captions-title" aria-busy={status === 'writing'}>
      <h2 id="captions-title" className={status === 'idle' ? 'visually-hidden' : undefined}>
        {t.captions}
      </h2>
      {status === 'idle' && <Examples onChoose={onExample} />}
      <p className="visually-hidden" role="status">
        {status === 'writing' && t.writing}
        {status === 'done' && t.written(captions.length)}
        {status === 'stopped' && t.stopped}
      </p>
      {error !== undefined && <ErrorNotice>{error}</ErrorNotice>}
      <OtherLanguage state={state} />
      <ol className="captions">
        {captions.map((caption, index) => (
          <CaptionCard
            // biome-ignore lint/suspicious/noArrayIndexKey: captions have no other identity than their place
            key={index}
            number={index + 1}
            caption={caption}
            hashtags={hashtags}
            lang={answer?.language}
            isShown={index === shown}
            onEdit={(text) => onEdit(index, text)}
            onShow={() => onShow(index)}
            onCopy={() => onCopy(index)}
            onAnother={status === 'writing' ? undefined : () => onAnother(index)}
          />
        ))}
      </ol>
      {status === 'writing' && <p className="quiet writing">{t.writing}</p>}
      {answer !== undefined && (
        <p className="hint">
          {t.writtenBy(answer.model)}
          {answer.cached && `, ${t.fromCache}`}
        </p>
      )}
    </section>
  );
}

/** Says so if the model did not write in the requested language. */
function OtherLanguage({ state: { body, answer } }: { readonly state: CaptionsState }) {
  const t = useMessages(studioMessages);
  const { language } = useLanguage();
  const baseOf = (tag: string) => tag.split('-')[0];
  if (answer === undefined || body?.language === undefined || baseOf(body.language) === baseOf(answer.language)) return null;
  return <Notice>{t.otherLanguage(new Intl.DisplayNames(language, { type: 'language' }).of(answer.language) ?? answer.language)}</Notice>;
}

function Examples({ onChoose }: { readonly onChoose: (description: string) => void }) {
  const t = useMessages(studioMessages);
  const texts = Object.values(useMessages(examples));
  return (
    <div className="card empty">
      <h2>{t.emptyTitle}</h2>
      <p className="quiet">{t.emptyText}</p>
      <ul className="examples">
        {texts.map((text) => (
          <li key={text}>
            <button type="button" onClick={() => onChoose(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
