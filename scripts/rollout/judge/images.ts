import { eventsAbout, firstStart, refTo, type Scene, type Seat, seatKey } from './scene.ts';
import { type Suspicion, suspectContainer } from './suspicion.ts';
import { after } from './time.ts';
import type { CauseCode } from './types.ts';

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
export function imageTrouble(scene: Scene, seat: Seat): readonly Suspicion[] {
  const { reason = '', message = '' } = seat.status.state?.waiting ?? {};
  const known = byReason[reason];
  if (known === undefined) return [];
  const pulls = eventsAbout(
    scene,
    refTo('Pod', seat.pod.metadata),
    ['Failed', 'InspectFailed', 'ErrImageNeverPull'],
    seat.status.name,
  ).filter((event) => /pull|image/i.test(event.message ?? '') && !/^Error: /.test(event.message ?? ''));
  const said = message.replace(backOff, '') || (pulls[0]?.message ?? message);
  const code = known === 'read-the-message' ? pullErrorCode(said) : known;
  const seen = scene.recall.firstSeen(`${seatKey(seat)}/${code}`);
  const proofs =
    code === 'registry-unavailable' || known !== 'read-the-message'
      ? pulls
      : pulls.filter((event) => pullErrorCode(event.message ?? '') === code);
  const since = firstStart(scene, proofs) ?? seen;
  const provedAt = code === 'registry-unavailable' ? after(since, scene.limits.registrySeconds) : since;
  return [suspectContainer(seat, { code, what: `${meaning[code]} (${seat.spec?.image ?? 'image'}): ${said || reason}`, since, provedAt })];
}
