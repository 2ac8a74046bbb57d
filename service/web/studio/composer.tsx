import type { FormEvent, KeyboardEvent } from 'react';
import { useMessages } from '../language/provider.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextArea } from '../ui/field.tsx';
import { studioMessages, valueNames } from './messages.ts';
import { OfflineNotice } from './offline-notice.tsx';
import { Options } from './options.tsx';
import type { Picture } from './picture.ts';
import { PictureInput } from './picture-input.tsx';
import type { CaptionOptions } from './request.ts';
import { RisingTopics } from './rising-topics.tsx';
import type { ModelSummary } from './use-models.ts';
import { withTopic } from './with-topic.ts';

interface ComposerProps {
  readonly description: string;
  readonly onDescription: (description: string) => void;
  readonly picture: Picture | undefined;
  readonly onPicture: (picture: Picture | undefined) => void;
  readonly options: CaptionOptions;
  readonly onOptions: (options: CaptionOptions) => void;
  readonly models: ModelSummary | undefined;
  readonly isWriting: boolean;
  readonly onWrite: () => void;
  readonly onStop: () => void;
}

/** The form: picture, description, style and options. Ctrl+Enter sends it. */
export function Composer(props: ComposerProps) {
  const { description, onDescription, picture, onPicture, options, onOptions, models, isWriting, onWrite, onStop } = props;
  const t = useMessages(studioMessages);
  const { casual, professional, playful, inspirational, minimal } = useMessages(valueNames);
  const isPictureSent = picture !== undefined && models?.readsPictures === true;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onWrite();
  };
  const submitByKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.closest('form')?.requestSubmit();
  };
  return (
    <form className="card composer" onSubmit={submit}>
      <div className="stack tight">
        <h1>{t.title}</h1>
        <p className="quiet">{t.lead}</p>
      </div>
      {models?.isOffline === true && <OfflineNotice />}
      <TextArea
        label={t.description}
        hint={t.descriptionHint}
        placeholder={t.placeholder}
        rows={3}
        maxLength={2000}
        required={!isPictureSent}
        value={description}
        onChange={(event) => onDescription(event.target.value)}
        onKeyDown={submitByKey}
      />
      <RisingTopics onChoose={(topic) => onDescription(withTopic(description, topic))} />
      <PictureInput picture={picture} onChange={onPicture} note={models?.readsPictures === false ? t.pictureNotSent : undefined} />
      <Choice
        label={t.style}
        value={options.style}
        options={{ casual, professional, playful, inspirational, minimal }}
        onChange={(style) => onOptions({ ...options, style })}
      />
      <Options options={options} onChange={onOptions} isOffline={models?.isOffline === true} />
      {/* With a key each: as one element, the click that stops would submit the form. */}
      {isWriting ? (
        <button key="stop" type="button" onClick={onStop}>
          {t.stop}
        </button>
      ) : (
        <button key="write" type="submit" className="primary">
          {t.write}
        </button>
      )}
    </form>
  );
}
