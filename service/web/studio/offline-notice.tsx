import { useMessages } from '../language/provider.tsx';
import { studioMessages } from './messages.ts';

const command = 'OPENAI_API_KEY=sk-… npm start\nOPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=llama3.2 npm start';

/** Says that only the offline model writes, and how to connect another. */
export function OfflineNotice() {
  const t = useMessages(studioMessages);
  return (
    <div className="notice offline">
      <p>{t.offline}</p>
      <details>
        <summary>{t.offlineHow}</summary>
        <p>{t.offlineSteps}</p>
        <pre>
          <code>{command}</code>
        </pre>
      </details>
    </div>
  );
}
