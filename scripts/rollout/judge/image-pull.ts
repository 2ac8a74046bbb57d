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

/** Reasons that say all by themselves, and those whose message must be read. */
const byReason: Readonly<Record<string, ImageCode | 'read-the-message'>> = {
  InvalidImageName: 'image-name-invalid',
  ErrImageNeverPull: 'image-not-found',
  SignatureValidationFailed: 'image-forbidden',
  RegistryUnavailable: 'registry-unavailable',
  ImageInspectError: 'registry-unavailable',
  ErrImagePull: 'read-the-message',
  ImagePullBackOff: 'read-the-message',
};

/**
 * containerd's and the registries' words, the first match counts. A registry that is overloaded or out of reach comes first, since it may
 * say so while a token is asked for ("failed to authorize: … 503").
 */
const byWords: readonly (readonly [RegExp, ImageCode])[] = [
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

/** A pull error's kind. Image names and addresses are cut out first: an image may be called `unauthorized` or `not-found`. */
export function pullErrorCode(message: string): ImageCode {
  const words = message
    .replace(/"[^"]*"/g, ' ')
    .replace(/\bi\/o\b/g, 'io')
    .replace(/(?<!\S)\S*\/\S+/g, ' ');
  return byWords.find(([pattern]) => pattern.test(words))?.[1] ?? 'registry-unavailable';
}

/** The kubelet repeats the pull's own error after these words (since 1.29), or leaves it out. */
const backOff = /^Back-off pulling image "[^"]*"(: )?(ErrImagePull: |RegistryUnavailable: )?/;

const meaning: Readonly<Record<ImageCode, string>> = {
  'image-name-invalid': 'the image name is invalid',
  'image-not-found': 'the image does not exist',
  'image-forbidden': 'the registry refuses the image',
  'registry-unavailable': 'the image cannot be pulled at the moment',
};

/** Rule 6: an image that cannot come fails at once; a registry in trouble has a budget of its own. */
export function imagePullErrors(scene: EvaluationContext, seat: ContainerContext): readonly Finding[] {
  const { reason = '', message = '' } = seat.status.state?.waiting ?? {};
  const known = byReason[reason];
  if (known === undefined) return [];
  const pulls = eventsWithReason(
    scene,
    refTo('Pod', seat.pod.metadata),
    ['Failed', 'InspectFailed', 'ErrImageNeverPull'],
    seat.status.name,
  ).filter((event) => /pull|image/i.test(event.message ?? '') && !/^Error: /.test(event.message ?? ''));
  const said = message.replace(backOff, '') || (pulls[0]?.message ?? message);
  const code = known === 'read-the-message' ? pullErrorCode(said) : known;
  const seen = scene.memory.firstSeen(`${containerKey(seat)}/${code}`);
  const proofs =
    code === 'registry-unavailable' || known !== 'read-the-message'
      ? pulls
      : pulls.filter((event) => pullErrorCode(event.message ?? '') === code);
  const since = firstOccurrence(scene, proofs) ?? seen;
  const provedAt = code === 'registry-unavailable' ? addSeconds(since, scene.limits.registrySeconds) : since;
  return [containerFinding(seat, { code, what: `${meaning[code]} (${seat.spec?.image ?? 'image'}): ${said || reason}`, since, provedAt })];
}
