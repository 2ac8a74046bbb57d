import type { ContainerHistory, Memory, Readiness } from './verdict.ts';

/** Reads the memory of the last observation and gathers that of this one: only what is asked for again is kept. */
export interface JudgeMemory {
  /** When this fact was first seen in a row of observations: now, when it is new. */
  firstSeen(fact: string): Date;
  history(container: string): ContainerHistory | undefined;
  keep(container: string, history: ContainerHistory): void;
  readiness(container: string): Readiness | undefined;
  keepReadiness(container: string, readiness: Readiness): void;
  memory(): Memory;
}

export function createJudgeMemory(previous: Memory | undefined, now: Date): JudgeMemory {
  const firstSeen = new Map<string, string>();
  const containers = new Map<string, ContainerHistory>();
  const readiness = new Map<string, Readiness>();
  return {
    firstSeen(fact) {
      const time = previous?.firstSeen[fact] ?? now.toISOString();
      firstSeen.set(fact, time);
      return new Date(time);
    },
    history: (container) => previous?.containers[container],
    keep: (container, history) => containers.set(container, history),
    readiness: (container) => previous?.readiness[container],
    keepReadiness: (container, kept) => readiness.set(container, kept),
    memory: () => ({ firstSeen: sorted(firstSeen), containers: sorted(containers), readiness: sorted(readiness) }),
  };
}

/** Sorted, so that the order of objects leaves no trace. */
const sorted = <Value>(entries: ReadonlyMap<string, Value>): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([first], [second]) => (first < second ? -1 : 1)));
