import type { Source } from '../../../news/sources/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { sourceMessages } from './messages.ts';
import { criterionName, findingText } from './reasons.ts';

/** The compliance score of a source, and what raises or lowers it. */
export function Compliance({ score, reasons }: { readonly score: number; readonly reasons: Source['compliance_reasons'] }) {
  const t = useMessages(sourceMessages);
  const { language, format } = useLanguage();
  return (
    <div className="stack">
      <p>
        <strong>{t.scoreOf(format.number(score))}</strong>
      </p>
      <meter min={0} max={100} value={score} aria-label={t.score} />
      <DataTable
        caption={t.criteria}
        hideCaption
        columns={[
          { title: t.criterion, cell: ({ criterion }) => criterionName(criterion, language) },
          { title: t.finding, cell: (reason) => findingText(reason, language) },
          {
            title: t.points,
            cell: ({ points, max_points }) => (
              <span className={points < max_points ? 'badge bad nowrap' : 'badge good nowrap'}>
                {t.pointsOf(format.number(points), format.number(max_points))}
              </span>
            ),
          },
        ]}
        rows={reasons}
        keyOf={({ criterion }) => criterion}
      />
    </div>
  );
}
