import { rulesetDocuments } from '../../.github/src/rulesets.ts';
import { composeDocuments } from '../../manifests/targets/compose/documents.ts';
import { backupService, backupTimer } from '../../manifests/targets/host/backup-units.ts';
import { nginxDocuments } from '../../manifests/targets/nginx/documents.ts';
import { cliDocument } from './cli.ts';
import { clustersDocument } from './clusters.ts';
import { contactsDocument } from './contacts.ts';
import { coverageDocument } from './coverage-document.ts';
import { contractDocuments } from './documents.ts';
import { endpointsDocument } from './endpoints.ts';
import { guaranteesDocument } from './guarantees.ts';
import { guideDocuments } from './guides-document.ts';
import { hardening, hostDocument } from './host.ts';
import { judgesDocument } from './judges.ts';
import { rehearsalDocument } from './rehearsal.ts';
import { releaseJsonDocument } from './release-json.ts';
import { teamDocuments } from './team.ts';
import { workflowsDocument } from './workflows.ts';
import { wrapLines } from './wrap-lines.ts';
import { yourProductDocument } from './your-product.ts';

const sources: Readonly<Record<string, () => string>> = {
  ...contractDocuments,
  ...composeDocuments,
  ...nginxDocuments,
  ...rulesetDocuments,
  ...teamDocuments,
  ...guideDocuments,
  'docs/cli.md': cliDocument,
  'docs/clusters.md': clustersDocument,
  'docs/endpoints.md': endpointsDocument,
  'docs/coverage.md': coverageDocument,
  'docs/decisions/judges.md': judgesDocument,
  'docs/guarantees.md': guaranteesDocument,
  'docs/host.md': hostDocument,
  'docs/runbooks/contacts.md': contactsDocument,
  'docs/rehearsal.md': rehearsalDocument,
  'docs/release-json.md': releaseJsonDocument,
  'docs/workflows.md': workflowsDocument,
  'docs/your-product.md': yourProductDocument,
  'scripts/host/security-hardening.sh': hardening,
  'scripts/host/leyenda-backup@.service': backupService,
  'scripts/host/leyenda-backup@.timer': backupTimer,
};

/** Every generated document: path from the root → its text. */
export const documents: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(sources).map(([path, render]) => [path, path.endsWith('.md') ? () => wrapLines(render()) : render]),
);

/** Files with a shebang are written as executable. */
export const isProgram = (text: string) => text.startsWith('#!');
