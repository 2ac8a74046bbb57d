import { useState } from 'react';
import { useMessages } from '../language/provider.tsx';
import { Choice } from '../ui/choice.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { studioMessages } from './messages.ts';
import { type SampleLanguage, sampleLanguages, sampleOf } from './samples.ts';

/** The last request as code, so that the page teaches the API. */
export function CodeSamples({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const t = useMessages(studioMessages);
  const [language, setLanguage] = useState<SampleLanguage>('curl');
  const code = sampleOf(language, location.origin, body);
  return (
    <details className="card samples">
      <summary>{t.api}</summary>
      <div className="stack">
        <p className="hint">{t.apiHint}</p>
        <div className="row spread">
          <Choice label={t.sampleLanguage} hideLabel value={language} options={sampleLanguages} onChange={setLanguage} />
          <CopyButton text={code} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
        <pre tabIndex={0}>
          <code>{code}</code>
        </pre>
      </div>
    </details>
  );
}
