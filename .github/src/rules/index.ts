import { digestsArePropagated } from './digest.ts';
import { buildsRecordProvenance, publishersUseNoCache, scansPrecedePush } from './image.ts';
import { deploysAreSerialized, gateCoversAllJobs, jobsHaveLimits } from './jobs.ts';
import {
  checkoutKeepsNoCredentials,
  eventsAreSafe,
  idTokensAreRestricted,
  permissionsAreExplicit,
  runnersAreHardened,
} from './permissions.ts';
import { actionsAreKnown, filesAreFresh, toolVersionsAreExplicit, updatesHaveCooldown, usesArePinned } from './pinning.ts';
import { loginsUseOidc, scriptsContainNoExpression, secretsNeedEnvironment } from './secrets.ts';

/** What must hold of every workflow of this repository. */
export const rules = {
  filesAreFresh,
  usesArePinned,
  actionsAreKnown,
  toolVersionsAreExplicit,
  updatesWait: updatesHaveCooldown,
  eventsAreSafe,
  checkoutLeavesNoCredential: checkoutKeepsNoCredentials,
  rightsAreNamed: permissionsAreExplicit,
  identitiesAreRare: idTokensAreRestricted,
  scriptsHoldNoExpression: scriptsContainNoExpression,
  secretsAreBound: secretsNeedEnvironment,
  loginsAreByIdentity: loginsUseOidc,
  publishersRestoreNoCache: publishersUseNoCache,
  buildsSayWhereFrom: buildsRecordProvenance,
  scansComeFirst: scansPrecedePush,
  digestsAreCarried: digestsArePropagated,
  deploysQueue: deploysAreSerialized,
  jobsAreBounded: jobsHaveLimits,
  oneGateDecides: gateCoversAllJobs,
  runnersAreHardened,
} as const;
