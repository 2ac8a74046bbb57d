import { isRecord, numberAt, textAt } from '../values/json.ts';

/** A container of a project as `docker compose ps --all --format json` prints it. */
export interface Container {
  readonly service: string;
  readonly image: string;
  readonly state: string;
  /** Empty if it has no health check. */
  readonly health: string;
  readonly exitCode: number;
}

/** Compose prints an object per line, older versions a single list. */
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

/** Why a container is not healthy; undefined if it is, or if it is a migration that succeeded. */
export function unhealthyReason({ service, state, health, exitCode }: Container): string | undefined {
  if (state === 'exited') return service === 'migrate' && exitCode === 0 ? undefined : `ended with exit code ${exitCode}`;
  if (state !== 'running') return `is ${state}`;
  return health === '' || health === 'healthy' ? undefined : `is ${health}`;
}
