import { digestsAreCarried } from './digest.ts';
import { buildsSayWhereFrom, publishersRestoreNoCache, scansComeFirst } from './image.ts';
import { actionsAreKnown, filesAreFresh, toolVersionsAreExplicit, updatesWait, usesArePinned } from './pinning.ts';
import { checkoutLeavesNoCredential, eventsAreSafe, identitiesAreRare, rightsAreNamed, runnersAreHardened } from './rights.ts';
import { deploysQueue, jobsAreBounded, oneGateDecides } from './running.ts';
import { loginsAreByIdentity, scriptsHoldNoExpression, secretsAreBound } from './secrecy.ts';

/** What must hold of every workflow of this repository. */
export const rules = {
  filesAreFresh,
  usesArePinned,
  actionsAreKnown,
  toolVersionsAreExplicit,
  updatesWait,
  eventsAreSafe,
  checkoutLeavesNoCredential,
  rightsAreNamed,
  identitiesAreRare,
  scriptsHoldNoExpression,
  secretsAreBound,
  loginsAreByIdentity,
  publishersRestoreNoCache,
  buildsSayWhereFrom,
  scansComeFirst,
  digestsAreCarried,
  deploysQueue,
  jobsAreBounded,
  oneGateDecides,
  runnersAreHardened,
} as const;
