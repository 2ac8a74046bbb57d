import type { ContainerHistory, Memory, Readiness } from './verdict.ts';

/** Facts of earlier observations, and those that this one adds. Facts that no rule reads again are dropped. */
export interface JudgeMemory {
  /** When this fact was first observed in consecutive observations; now if it is new. */
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

/** Sorted, so that the result does not depend on the order of objects. */
const sorted = <Value>(entries: ReadonlyMap<string, Value>): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([first], [second]) => (first < second ? -1 : 1)));
