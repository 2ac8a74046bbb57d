/** Every image that is not ours, pinned by version. */
export const images = {
  postgres: 'docker.io/library/postgres:18.4-alpine',
  redis: 'docker.io/library/redis:8.4.0-alpine',
} as const;
