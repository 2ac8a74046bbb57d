import { type DragEvent, useRef, useState } from 'react';
import { useMessages } from '../language/provider.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { studioMessages } from './messages.ts';
import { fileOf, type Picture, pictureProblem, pictureTypes, readPicture } from './picture.ts';

interface PictureInputProps {
  readonly picture: Picture | undefined;
  readonly onChange: (picture: Picture | undefined) => void;
  /** Why the picture is only shown in the preview and not sent. */
  readonly note: string | undefined;
}

/** Chooses a picture by a file dialog or by dropping it here; `usePicturePaste` takes pasted ones. */
export function PictureInput({ picture, onChange, note }: PictureInputProps) {
  const t = useMessages(studioMessages);
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<'type' | 'size' | 'unreadable'>();
  const [isOver, setOver] = useState(false);

  async function take(file: File | undefined) {
    if (file === undefined) return;
    const found = pictureProblem(file);
    setProblem(found);
    if (found === undefined)
      await readPicture(file).then(onChange, () => {
        setProblem('unreadable');
      });
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void take(fileOf(event.dataTransfer));
  }
  const texts = { type: t.pictureType, size: t.pictureSize, unreadable: t.pictureUnreadable };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition to the button
    <div
      className="picture-input"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onPaste={(event) => void take(fileOf(event.clipboardData))}
    >
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t.picture}
        accept={pictureTypes.join(',')}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {picture !== undefined && <img src={picture.url} alt={t.pictureOf(picture.name)} />}
      <div className="row">
        <button type="button" onClick={() => input.current?.click()}>
          {picture === undefined ? t.addPicture : t.changePicture}
        </button>
        {picture !== undefined && (
          <button type="button" onClick={() => onChange(undefined)}>
            {t.removePicture}
          </button>
        )}
        <span className="hint">{t.pictureHint}</span>
      </div>
      {picture !== undefined && note !== undefined && <p className="hint">{note}</p>}
      {problem !== undefined && <ErrorNotice>{texts[problem]}</ErrorNotice>}
    </div>
  );
}
