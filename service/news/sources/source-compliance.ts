import type { LegalBasis, SourceKind } from '../../../contract/news.ts';
import { Problem } from '../../http/problem.ts';
import { assessCompliance, type Compliance, type ComplianceReason, complianceThreshold, type ReservationFinding } from './compliance.ts';
import type { RobotsFacts } from './known-robots.ts';

/** The fields of a source that its score depends on. */
export interface AssessedSource {
  readonly url: string;
  readonly kind: SourceKind;
  readonly interval_minutes: number;
  readonly terms_url: string | null;
  readonly legal_basis: LegalBasis | null;
}

interface Observed extends RobotsFacts {
  readonly reservation: ReservationFinding;
}

export const assessSource = (source: AssessedSource, hasContact: boolean, observed: Observed): Compliance =>
  assessCompliance({
    url: source.url,
    kind: source.kind,
    termsUrl: source.terms_url,
    legalBasis: source.legal_basis,
    intervalMinutes: source.interval_minutes,
    hasContact,
    ...observed,
  });

const isReservation = (finding: string | undefined): finding is ReservationFinding =>
  finding === 'none' || finding === 'reserved' || finding === 'unknown';

/** What the stored reasons of a source say about reserved rights. */
export function storedReservation(reasons: readonly Pick<ComplianceReason, 'criterion' | 'finding'>[]): ReservationFinding {
  const finding = reasons.find(({ criterion }) => criterion === 'reservation')?.finding;
  return isReservation(finding) ? finding : 'unknown';
}

/** @throws {Problem} invalid_request with what lowers the score, if it is too low for an active source */
export function requireCompliance({ score, reasons }: Compliance): void {
  if (score >= complianceThreshold) return;
  const missing = reasons.filter(({ points, max_points }) => points < max_points);
  throw new Problem('invalid_request', {
    detail: `The compliance score is ${score}; an active source needs ${complianceThreshold}. Fix what the errors name, or set is_active to false.`,
    errors: missing.map(({ criterion, points, max_points, message }) => ({
      pointer: pointers[criterion] ?? '',
      message: `${criterion}: ${points} of ${max_points} points. ${message}`,
    })),
  });
}
/** Fields of the body that decide a criterion; the others depend on the publisher and the operator. */
const pointers: Readonly<Partial<Record<ComplianceReason['criterion'], string>>> = {
  legal_basis: '/legal_basis',
  terms: '/terms_url',
  https: '/url',
  kind: '/kind',
  crawl_delay: '/interval_minutes',
};
