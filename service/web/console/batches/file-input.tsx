import { type DragEvent, useState } from 'react';
import { useMessages } from '../../language/provider.tsx';
import { download } from '../../ui/download.ts';
import { batchMessages } from './messages.ts';

const exampleFile = `content_description,style,audience
"Sunset over the beach in Cádiz, with old friends",casual,travel
Fresh sourdough from our bakery,playful,food
`;

/** A file by the picker or by drag and drop. */
export function FileInput({ onFile }: { readonly onFile: (file: File) => void }) {
  const t = useMessages(batchMessages);
  const [isOver, setIsOver] = useState(false);
  const onFiles = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  const onDrag = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(event.type === 'dragover');
  };
  return (
    <section
      aria-label={t.newBatch}
      className={isOver ? 'drop over' : 'drop'}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={(event) => {
        onDrag(event);
        onFiles(event.dataTransfer.files);
      }}
    >
      <p>{t.drop}</p>
      <label className="button">
        <input
          className="visually-hidden"
          type="file"
          accept=".csv,.tsv,.json,.jsonl,.ndjson,text/csv,application/json"
          aria-describedby="batch-formats"
          onChange={({ target }) => onFiles(target.files)}
        />
        {t.file}
      </label>
      <p className="hint" id="batch-formats">
        {t.formats}
      </p>
      <button type="button" className="link" onClick={() => download('example.csv', 'text/csv', exampleFile)}>
        {t.example}
      </button>
    </section>
  );
}
