import type { Result } from '../../../client/types.ts';
import { complianceThreshold } from '../../../news/sources/compliance.ts';
import type { Candidate } from '../../../news/sources/schema.ts';
import { Failure } from '../../data/failure.tsx';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Compliance } from './compliance.tsx';
import { sourceMessages } from './messages.ts';
import { useValidation } from './queries.ts';
import { spanishReasons } from './reasons.ts';

/** What the service finds at the address of the form. @param candidate undefined: the form is not complete yet */
export function ValidationResult({ candidate }: { readonly candidate: Candidate | undefined }) {
  const t = useMessages(sourceMessages);
  const { data, error, isFetching, refetch } = useValidation(candidate);
  return (
    <section className="card" aria-labelledby="check-title" aria-busy={isFetching}>
      <h2 id="check-title">{t.result}</h2>
      <p role="status" className={isFetching ? 'writing' : undefined}>
        {isFetching && t.checking}
        {!isFetching && data && (data.is_accepted ? t.accepted : t.notAccepted)}
        {candidate === undefined && <span className="quiet">{t.resultHint}</span>}
      </p>
      {!isFetching && <Failure error={error} retry={() => void refetch()} />}
      {data && !isFetching && <Found validation={data} />}
    </section>
  );
}

function Found({ validation }: { readonly validation: Result<'validateNewSource'> }) {
  const t = useMessages(sourceMessages);
  const { language, format } = useLanguage();
  const { problems, document, compliance_score, compliance_reasons } = validation;
  return (
    <>
      {problems.map(({ reason, message }) => (
        <ErrorNotice key={reason}>{language === 'es' ? spanishReasons[reason] : message}</ErrorNotice>
      ))}
      {document && (
        <div>
          <h3>
            {document.title && `${document.title}: `}
            {t.found(format.number(document.found))}
          </h3>
          <ul className="news-entries" aria-label={t.firstEntries}>
            {document.entries.map(({ url, title, published_at }) => (
              <li key={url}>
                {title} <span className="quiet">({published_at === null ? t.noDate : format.day(published_at)})</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Compliance score={compliance_score} reasons={compliance_reasons} />
      {compliance_score < complianceThreshold && <p className="hint">{t.threshold(format.number(complianceThreshold))}</p>}
    </>
  );
}
