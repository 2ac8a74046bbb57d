import { isRecord, numberAt, textAt } from '../values/json.ts';

/** One container of a project as `docker compose ps --all --format json` tells. */
export interface Container {
  readonly service: string;
  readonly image: string;
  readonly state: string;
  /** Empty where it has no health check. */
  readonly health: string;
  readonly exitCode: number;
}

/** Compose prints one object a line, older versions one list. */
export function containersOf(text: string): Container[] {
  const documents = text.split('\n').flatMap((line): unknown[] => {
    if (line.trim() === '') return [];
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : [value];
  });
  return documents.filter(isRecord).map((one) => ({
    service: textAt(one, 'Service') ?? '',
    image: textAt(one, 'Image') ?? '',
    state: textAt(one, 'State') ?? '',
    health: textAt(one, 'Health') ?? '',
    exitCode: numberAt(one, 'ExitCode') ?? 0,
  }));
}

/** What a container still lacks; undefined where it is as it should be: healthy, or a migration that ended well. */
export function unhealthyReason({ service, state, health, exitCode }: Container): string | undefined {
  if (state === 'exited') return service === 'migrate' && exitCode === 0 ? undefined : `ended with exit code ${exitCode}`;
  if (state !== 'running') return `is ${state}`;
  return health === '' || health === 'healthy' ? undefined : `is ${health}`;
}
