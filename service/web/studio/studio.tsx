import { useState } from 'react';
import { useStored } from '../browser/use-stored.ts';
import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { SignIn } from '../session/sign-in.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { CodeSamples } from './code-samples.tsx';
import { Composer } from './composer.tsx';
import { HashtagChoice } from './hashtag-choice.tsx';
import { addToHistory, clearHistory, readHistory, removeFromHistory } from './history.ts';
import { HistoryList } from './history-list.tsx';
import { studioMessages } from './messages.ts';
import type { Picture } from './picture.ts';
import { PostPreview } from './post-preview.tsx';
import { parseOptions, toBody } from './request.ts';
import { Results } from './results.tsx';
import './studio.css';
import { useAnother } from './use-another.ts';
import { useCaptions } from './use-captions.ts';
import { useModels } from './use-models.ts';

/** Describe a picture, choose a caption, copy it. */
export function Studio() {
  const t = useMessages(studioMessages);
  const { state } = useSession();
  if (state === 'loading') return <p role="status">{t.loading}</p>;
  return state === 'signed-out' ? <SignIn /> : <Workspace />;
}

/** The studio of a signed-in visitor. It unmounts at the end of the session, and forgets what the visitor wrote. */
function Workspace() {
  const t = useMessages(studioMessages);
  const { onError } = useSession();
  const models = useModels();
  const captions = useCaptions(onError);
  const another = useAnother(captions, onError);
  const [storedOptions, storeOptions] = useStored('leyenda.options', '');
  const options = parseOptions(storedOptions);
  const [description, setDescription] = useState('');
  const [picture, setPicture] = useState<Picture>();
  const [shown, setShown] = useState(0);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [history, setHistory] = useState(readHistory);

  const answerTags = captions.answer?.hashtags ?? [];
  const hashtags = answerTags.filter((tag) => !leftOut.has(tag));
  // Without a model that reads pictures, the picture is for the preview only.
  const sentPicture = models?.readsPictures === true ? picture?.url : undefined;
  const write = (text: string) => {
    setShown(0);
    setLeftOut(new Set());
    void captions.start(toBody(text, sentPicture, options));
  };
  const remember = (index: number) => {
    const caption = captions.captions[index];
    if (caption === undefined) return;
    setHistory(addToHistory({ id: crypto.randomUUID(), at: new Date().toISOString(), description, caption, hashtags }));
  };
  return (
    <div className="studio">
      <Composer
        description={description}
        onDescription={setDescription}
        picture={picture}
        onPicture={setPicture}
        options={options}
        onOptions={(changed) => storeOptions(JSON.stringify(changed))}
        models={models}
        isWriting={captions.status === 'writing'}
        onWrite={() => write(description)}
        onStop={captions.stop}
      />
      <div className="stack">
        <Results
          state={captions}
          hashtags={hashtags}
          shown={shown}
          onShow={setShown}
          onEdit={captions.edit}
          onCopy={remember}
          onAnother={another.write}
          onExample={(example) => {
            setDescription(example);
            write(example);
          }}
        />
        {another.result === 'none' && <Notice>{t.noOther}</Notice>}
        {another.error !== undefined && <ErrorNotice>{another.error}</ErrorNotice>}
      </div>
      <div className="stack aside">
        {captions.captions.length > 0 && (
          <PostPreview caption={captions.captions[shown] ?? ''} hashtags={hashtags} picture={picture?.url} description={description} />
        )}
        {answerTags.length > 0 && <HashtagChoice hashtags={answerTags} leftOut={leftOut} onChange={setLeftOut} />}
        {captions.body !== undefined && <CodeSamples body={captions.body} />}
        <HistoryList
          entries={history}
          onUse={(entry) => setDescription(entry.description)}
          onRemove={(id) => setHistory(removeFromHistory(id))}
          onClear={() => {
            clearHistory();
            setHistory([]);
          }}
        />
      </div>
    </div>
  );
}
