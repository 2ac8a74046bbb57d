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

/** The rules for every workflow of this repository; their order gives the numbers in findings. */
export const rules = {
  filesAreFresh,
  usesArePinned,
  actionsAreKnown,
  toolVersionsAreExplicit,
  updatesHaveCooldown,
  eventsAreSafe,
  checkoutKeepsNoCredentials,
  permissionsAreExplicit,
  idTokensAreRestricted,
  scriptsContainNoExpression,
  secretsNeedEnvironment,
  loginsUseOidc,
  publishersUseNoCache,
  buildsRecordProvenance,
  scansPrecedePush,
  digestsArePropagated,
  deploysAreSerialized,
  jobsHaveLimits,
  gateCoversAllJobs,
  runnersAreHardened,
} as const;
