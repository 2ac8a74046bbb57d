import { Problem } from '../http/problem.ts';

const about = (detail: string, cause?: unknown) => ({ detail, errors: [{ pointer: '/image', message: detail }], cause });

/** The picture of the request cannot be used. */
export const invalidImage = (detail: string, cause?: unknown) => new Problem('invalid_image', about(detail, cause));

/** The picture of the request cannot be downloaded. */
export const unreachableImage = (detail: string, cause?: unknown) => new Problem('image_unreachable', about(detail, cause));
