import { useEffect, useState } from 'react';
import { useMessages } from '../language/provider.tsx';
import { translations } from '../language/translations.ts';

const messages = translations(
  { copy: 'Copy', copied: 'Copied', failed: 'Copying is not allowed here' },
  { copy: 'Copiar', copied: 'Copiado', failed: 'Aquí no se permite copiar' },
);

/** How long the result is shown, in milliseconds. */
const shownMs = 2000;

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  /** Called when the text is in the clipboard. */
  readonly onCopy?: () => void;
}

/** Copies a text to the clipboard and says so. */
export function CopyButton({ text, label, onCopy }: CopyButtonProps) {
  const t = useMessages(messages);
  const [result, setResult] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (result === undefined) return;
    const timer = setTimeout(() => setResult(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [result]);
  // Without https, browsers have no clipboard except on localhost.
  const copy = () =>
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
      () => {
        setResult('copied');
        onCopy?.();
      },
      () => setResult('failed'),
    );
  return (
    <button type="button" onClick={copy} aria-live="polite">
      {result === undefined ? (label ?? t.copy) : t[result]}
    </button>
  );
}
