/**
 * Words that this repository does not use, because engineers of the field do not: what to write instead, and where a word is right after all.
 * `words` are found in identifiers (split at capitals and underscores), comments, texts and documents; `phrases` in the text of a line;
 * `names` are whole identifiers of code. All but names ignore case; words and phrases are regular expressions.
 */
export interface Rule {
  readonly words?: string;
  readonly phrases?: string;
  readonly names?: string;
  readonly use: string;
}

export const rules: readonly Rule[] = [
  { words: 'tell|tells|told|telling|teller', use: 'return, report, print, emit, show; reporter' },
  { words: 'hear|hears|heard|hearing', use: 'receive, subscribe; onEvent' },
  { words: 'nobody|somebody|anybody|everybody', use: 'the actor: no client, a caller, another process' },
  { words: 'whoever|whomever|whom|whatever', use: 'the actor or thing: the lock holder, any object' },
  { words: 'stand|stands|stood|standing', use: 'is, is declared, remains; fallback for a stand-in' },
  { words: 'lack|lacks|lacked|lacking', use: 'has no, is missing, requires' },
  { words: 'mend|mends|mended|mending', use: 'fix, repair' },
  { words: 'dear|dearer|dearest', use: 'expensive; crossProcessLock' },
  { words: 'makeshift', use: 'degraded, temporary' },
  { words: 'beside|besides|amid', use: 'next to, in addition to, during' },
  { words: 'anew|begun|began|begins', use: 'again; started, starts' },
  { words: 'refuse|refuses|refused|refusing|refusal|refusals', use: 'reject, deny; rejection, error' },
  { words: 'ask|asks|asked|asking', use: 'request, call, query, check; `asked for` is requested' },
  { words: 'answered|answering', use: 'returned, responded, served' },
  { phrases: 'answers? (?:with )?[1-5]\\d\\d\\b', use: 'returns NNN, responds with NNN' },
  { words: 'ours|theirs', use: 'the owner: of this release, of the other deploy' },
  { words: 'patience', use: 'timeout' },
  { words: 'fate|fates', use: 'outcome' },
  { words: 'complaint|complaints', use: 'error, objection' },
  { words: 'stranger|strangers', use: 'unauthenticated caller, untrusted input' },
  { words: 'trouble|troubles|suspicion|suspicions', use: 'failure, failure cause, finding' },
  { words: 'chore|chores', use: 'periodic task' },
  { words: 'seat|seats', use: 'container context' },
  { words: 'linger|lingers', use: 'deregistration delay' },
  { words: 'overtaken|overtakes', use: 'superseded, concurrent' },
  { phrases: 'roll-outs?\\b', use: 'rollout' },
  { phrases: 'kept ?for\\b', use: 'TTL, stored for' },
  { phrases: 'tak(?:e|es|en|ing) for\\b', use: 'treats as, mistakes for' },
  { phrases: 'left alone\\b', use: 'skipped, ignored; circuit open' },
  {
    phrases: '(?:take|takes|taken|taking|took)(?:[ -](?:it|them|what|everything|all|a release|the release))?[ -]?backs?\\b',
    use: 'roll back, revoke, undo',
  },
  { phrases: 'bring(?:s|ing)? ?back\\b', use: 'reapply, restore' },
  { phrases: 'met silence\\b', use: 'timed out' },
  { phrases: 'taken for dead\\b', use: 'missed heartbeats' },
  { phrases: 'believed (?:for|until)\\b', use: 'cached for' },
  { phrases: 'given[ _]up\\b', use: 'dead letter, failed for good' },
  { phrases: 'what fits\\b', use: 'the matching entries' },
  { phrases: 'in hand\\b', use: 'in flight' },
  { phrases: 'takes? the place of\\b', use: 'replaces' },
  { phrases: 'goes on\\b', use: 'continues' },
  { phrases: '(?:in|no) circles?\\b', use: 'cycle' },
  { names: 'Parts|createParts', use: 'AppDependencies' },
  { names: 'Outside', use: 'Infrastructure' },
  { names: 'Scene|sceneOf', use: 'EvaluationContext' },
  { names: 'Cast|castOf', use: 'CanaryObjects' },
  { names: 'Course', use: 'CanaryPlan' },
  { names: 'Trial', use: 'CanaryStep' },
  { names: 'Word|Told', use: 'StatusUpdate, Report' },
  { names: 'Hold', use: 'IdempotencyClaim, BudgetReservation' },
  { names: 'Ask', use: 'ModelSelection, Query' },
  { names: 'Payer', use: 'Meter' },
  { names: 'By', use: 'Actor' },
  { phrases: 'guide rows? [A-Z0-9]+-\\d+', use: 'the reason; the rows are mapped in scripts/docs/coverage' },
  {
    phrases: '\\((?:see )?(?:API|AUTH|RL|CA|W|DB|OB|AL|DC|NG|K8|CI|SC|SE|PF|DO|EN|D)-\\d\\d[^)]*\\)',
    use: 'the reason; the rows are mapped in scripts/docs/coverage',
  },
];

/** Where a word is right: `text` is a regular expression for what is right in files whose path starts with `path`. */
export interface Exception {
  readonly path: string;
  readonly text: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    path: '',
    text: 'connections? (?:is |was |are |were )?refused|E?CONN_?REFUSED|refused (?:the )?connections?',
    reason: 'the name of the error ECONNREFUSED',
  },
  { path: '', text: 'finish_reason|content_filter|response\\.refusal|refusal(?=["\':?,;) ])', reason: 'a field of OpenAI chat messages' },
  { path: '', text: 'stand-?alone', reason: 'one word' },
  { path: 'scripts/docs/guides.ts', text: '\\((?:D|K8)-\\d\\d[^)]*\\)', reason: 'compares with the guides row by row' },
  { path: 'docs/guides/', text: '\\((?:D|K8)-\\d\\d[^)]*\\)', reason: 'compares with the guides row by row' },
  { path: 'tests/e2e/', text: 'stand[-_]?in', reason: 'a program that replaces the service in a test' },
  { path: 'tests/e2e/network.test.ts', text: '/refused/', reason: 'an error message of the kernel' },
  { path: 'CHANGELOG.md', text: '.*→.*', reason: 'quotes the old names' },
  { path: 'scripts/bundled-packages.ts', text: 'persons to whom', reason: 'the text of the MIT License' },
  { path: 'docs/coverage.md', text: '.*', reason: 'quotes the requirements' },
  { path: 'service/providers/offline/theme-lines.ts', text: '.*', reason: 'captions that the offline model writes' },
  { path: 'service/providers/offline/caption-lines.ts', text: '.*', reason: 'captions that the offline model writes' },
  { path: 'service/providers/offline/', text: 'mending his nets', reason: 'a description' },
  { path: 'service/providers/offline/tone-words.ts', text: '.*', reason: 'words of bad news that descriptions have' },
  { path: 'service/providers/offline/topics.ts', text: 'none nobody nothing', reason: 'words of negation that descriptions have' },
  { path: 'service/language/terms.ts', text: "'what which .*", reason: 'words of questions' },
];

/** Files of other people's words: recorded output, fixtures, licences. */
export const foreign: readonly string[] = [
  'LICENSE',
  'package-lock.json',
  'scripts/rollout/judge/recorded/',
  'tests/rules/language',
  'scripts/docs/coverage/',
];
