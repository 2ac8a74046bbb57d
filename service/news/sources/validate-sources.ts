import type { Actor } from '../../accounts/actor.ts';
import { writeAudit } from '../../accounts/audit.ts';
import { Problem } from '../../http/problem.ts';
import { complianceThreshold } from './compliance.ts';
import type { SourcesOptions } from './manage-sources.ts';
import type { Probe } from './probe.ts';
import type { Candidate, Validation } from './schema.ts';
import { assessSource } from './source-compliance.ts';
import { objectOf, requireSource, reservationOf, selectorsOf } from './source-rows.ts';
import { changeSource, complianceColumns } from './source-store.ts';
import { requireReadable } from './source-target.ts';
import { toValidation } from './validation.ts';

export interface ValidationOptions extends SourcesOptions {
  readonly probe: Probe;
}

/** Checks sources with one request to their publisher. */
export function createValidateSources({ db, hasContact, probe }: ValidationOptions) {
  return {
    /** Checks a source before it is added. */
    async validateNew(fields: Candidate, signal: AbortSignal): Promise<Validation> {
      requireReadable(fields);
      const found = await probe(fields, signal);
      return toValidation(found, assessSource(fields, hasContact, found));
    },

    /** Checks a source and stores its score; one that is below the threshold becomes inactive. */
    async validate(actor: Actor, id: string, signal: AbortSignal): Promise<Validation> {
      const { url, kind, selectors } = await requireSource(db, id);
      const found = await probe({ url, kind, selectors: selectorsOf({ selectors }) }, signal);
      return db.transaction().execute(async (on) => {
        const before = await requireSource(on, id, true);
        if (before.url !== url)
          throw new Problem('conflict', { detail: 'The URL of the source was changed meanwhile: validate it again.' });
        // A document that cannot be read now reserves what it reserved before.
        const reservation = found.reservation === 'unknown' ? reservationOf(before) : found.reservation;
        const compliance = assessSource(before, hasContact, { ...found, reservation });
        const isActive = before.is_active && compliance.score >= complianceThreshold;
        await changeSource(on, id, {
          ...complianceColumns(compliance),
          is_active: isActive,
          ...(!isActive && { next_fetch_at: null }),
        });
        if (compliance.score !== before.compliance_score || isActive !== before.is_active) {
          const details = { compliance_score: compliance.score, is_active: isActive };
          await writeAudit(on, { ...actor, action: 'source.validated', object: objectOf(before), details });
        }
        return toValidation(found, compliance);
      });
    },
  };
}
