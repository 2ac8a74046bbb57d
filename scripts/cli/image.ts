import { Failure } from './failure.ts';

const byDigest = /^[\w.:/-]+@sha256:[0-9a-f]{64}$/;

/**
 * Returns the reference if it is by digest.
 * @throws {Failure} `usage` for a tag, which may move between the plan and the pull
 */
export function assertDigest(image: string): string {
  if (!byDigest.test(image))
    throw new Failure('usage', `image ${image} is not a digest reference`, 'give it as NAME@sha256:… with 64 hex digits');
  return image;
}
