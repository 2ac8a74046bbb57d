import { type Compliance, complianceThreshold } from './compliance.ts';
import type { ProbeResult } from './probe.ts';
import { maxFoundEntries, problemReasons, type Validation } from './schema.ts';

function problemsOf({ document, problem }: ProbeResult): Validation['problems'] {
  if (problem !== undefined) return [{ reason: problem.reason, message: `${problemReasons[problem.reason]} (${problem.message})` }];
  const isEmpty = document?.entries.length === 0 && document.sitemaps.length === 0;
  return isEmpty ? [{ reason: 'no_entries', message: problemReasons.no_entries }] : [];
}

function documentOf({ document }: ProbeResult): Validation['document'] {
  if (document === undefined) return null;
  const { url, bytes, title = null, language = null, entries } = document;
  const first = entries.slice(0, maxFoundEntries);
  return {
    url,
    bytes: bytes.length,
    title,
    language,
    found: entries.length,
    entries: first.map((entry) => ({ url: entry.url, title: entry.title, published_at: entry.publishedAt?.toISOString() ?? null })),
  };
}

/** The result of a validation, from what a request found and the score that follows. */
export function toValidation(found: ProbeResult, { score, reasons }: Compliance): Validation {
  const problems = problemsOf(found);
  return {
    is_accepted: score >= complianceThreshold && problems.length === 0,
    compliance_score: score,
    compliance_reasons: reasons,
    document: documentOf(found),
    problems,
  };
}
