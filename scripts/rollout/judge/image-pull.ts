import {
  type ContainerContext,
  containerKey,
  type EvaluationContext,
  eventsWithReason,
  firstOccurrence,
  refTo,
} from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import { addSeconds } from './timestamps.ts';
import type { CauseCode } from './verdict.ts';

type ImageCode = Extract<CauseCode, `image-${string}` | 'registry-unavailable'>;

/** Waiting reasons that determine the cause, and those whose message determines it. */
const byReason: Readonly<Record<string, ImageCode | 'by-message'>> = {
  InvalidImageName: 'image-name-invalid',
  ErrImageNeverPull: 'image-not-found',
  SignatureValidationFailed: 'image-forbidden',
  RegistryUnavailable: 'registry-unavailable',
  ImageInspectError: 'registry-unavailable',
  ErrImagePull: 'by-message',
  ImagePullBackOff: 'by-message',
};

/**
 * Error messages of containerd and of registries; the first match counts. An overloaded or unreachable registry comes first, since the
 * error may occur while a token is requested ("failed to authorize: … 503").
 */
const byMessage: readonly (readonly [RegExp, ImageCode])[] = [
  [/\b(429|5\d\d) [A-Z]|toomanyrequests|too many requests|rate limit/i, 'registry-unavailable'],
  [
    /timeout|timed out|deadline exceeded|connection re(fused|set)|no such host|server misbehaving|no route to host|unreachable|\bEOF\b|broken pipe/i,
    'registry-unavailable',
  ],
  [
    /unauthorized|forbidden|access denied|authorization failed|insufficient_scope|authentication required|no basic auth credentials/i,
    'image-forbidden',
  ],
  [/not found|manifest unknown|name unknown|does not exist|no match for platform/i, 'image-not-found'],
];

/** The cause of a pull error. Image names and addresses are removed first: an image may be called `unauthorized` or `not-found`. */
export function pullErrorCode(message: string): ImageCode {
  const text = message
    .replace(/"[^"]*"/g, ' ')
    .replace(/\bi\/o\b/g, 'io')
    .replace(/(?<!\S)\S*\/\S+/g, ' ');
  return byMessage.find(([pattern]) => pattern.test(text))?.[1] ?? 'registry-unavailable';
}

/** Prefix that the kubelet puts before the pull error (since 1.29), or prints without the error. */
const backOff = /^Back-off pulling image "[^"]*"(: )?(ErrImagePull: |RegistryUnavailable: )?/;

const descriptions: Readonly<Record<ImageCode, string>> = {
  'image-name-invalid': 'the image name is invalid',
  'image-not-found': 'the image does not exist',
  'image-forbidden': 'the registry denies access to the image',
  'registry-unavailable': 'the image cannot be pulled at the moment',
};

/** An image that cannot be pulled fails at once; an unavailable registry has a time budget of its own. */
export function imagePullErrors(context: EvaluationContext, container: ContainerContext): readonly Finding[] {
  const { reason = '', message = '' } = container.status.state?.waiting ?? {};
  const byWaitingReason = byReason[reason];
  if (byWaitingReason === undefined) return [];
  const pulls = eventsWithReason(
    context,
    refTo('Pod', container.pod.metadata),
    ['Failed', 'InspectFailed', 'ErrImageNeverPull'],
    container.status.name,
  ).filter((event) => /pull|image/i.test(event.message ?? '') && !/^Error: /.test(event.message ?? ''));
  const error = message.replace(backOff, '') || (pulls[0]?.message ?? message);
  const code = byWaitingReason === 'by-message' ? pullErrorCode(error) : byWaitingReason;
  const firstSeen = context.memory.firstSeen(`${containerKey(container)}/${code}`);
  const proofs =
    code === 'registry-unavailable' || byWaitingReason !== 'by-message'
      ? pulls
      : pulls.filter((event) => pullErrorCode(event.message ?? '') === code);
  const since = firstOccurrence(context, proofs) ?? firstSeen;
  const provedAt = code === 'registry-unavailable' ? addSeconds(since, context.limits.registrySeconds) : since;
  return [
    containerFinding(container, {
      code,
      what: `${descriptions[code]} (${container.spec?.image ?? 'image'}): ${error || reason}`,
      since,
      provedAt,
    }),
  ];
}
