import { ApiProblem } from '../../client/problem.ts';
import { messageOf } from '../api/client.ts';
import { useLanguage, useMessages } from '../language/provider.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { dataMessages } from './messages.ts';
import { translated } from './service-texts.ts';

/** Why a field is invalid. @param pointer JSON pointer of the field */
export function useFieldErrors(error: unknown): (pointer: string) => string | undefined {
  const { language } = useLanguage();
  const errors = error instanceof ApiProblem ? error.errors : [];
  return (pointer) => {
    const found = errors.find((each) => each.pointer === pointer);
    return found && translated(found.message, language);
  };
}

function useExplanation(): (error: unknown) => string {
  const t = useMessages(dataMessages);
  const { language } = useLanguage();
  return (error) => {
    if (error instanceof TypeError) return t.unreachable;
    if (!(error instanceof ApiProblem)) return messageOf(error);
    if (error.errors.length > 0) return t.checkFields;
    if (error.status === 429) return t.tooMany;
    return error.status >= 502 ? t.unavailable : translated(error.message, language);
  };
}

/** A failure: what happened, and a way to try again. @param shown pointers of errors that are shown at their fields */
export function Failure({ error, shown = [], retry }: { error: unknown; shown?: readonly string[]; retry?: () => void }) {
  const t = useMessages(dataMessages);
  const explain = useExplanation();
  if (!error) return null;
  const others = error instanceof ApiProblem ? error.errors.filter(({ pointer }) => !shown.includes(pointer)) : [];
  return (
    <div className="stack">
      <ErrorNotice>
        {explain(error)}
        {others.map(({ pointer, message }) => (
          <span key={pointer} className="block">
            {pointer.slice(1)}: {message}
          </span>
        ))}
        {error instanceof ApiProblem && error.requestId && error.status >= 500 && (
          <span className="block">{t.requestId(error.requestId)}</span>
        )}
      </ErrorNotice>
      {retry && (
        <div>
          <button type="button" onClick={retry}>
            {t.retry}
          </button>
        </div>
      )}
    </div>
  );
}
