/** Gigabytes of memory and disk, megabits a second of network. */
export interface HardwareNeeds {
  readonly cores: number;
  readonly memory: number;
  readonly disk: number;
  readonly network: number;
}

export const hardwareLevels = ['minimum', 'recommended', 'enterprise'] as const;
export type HardwareLevel = (typeof hardwareLevels)[number];

/** The hardware requirements of the guides, by product. */
export const hardware = {
  /** G0: the service alone. */
  'instagram-captions': {
    minimum: { cores: 2, memory: 4, disk: 20, network: 100 },
    recommended: { cores: 4, memory: 8, disk: 50, network: 1000 },
    enterprise: { cores: 8, memory: 16, disk: 100, network: 10_000 },
  },
  /** G2: with its database, frontend and analytics on the same host. */
  preventia: {
    minimum: { cores: 4, memory: 8, disk: 100, network: 100 },
    recommended: { cores: 8, memory: 16, disk: 250, network: 1000 },
    enterprise: { cores: 16, memory: 32, disk: 500, network: 10_000 },
  },
} as const satisfies Record<string, Record<HardwareLevel, HardwareNeeds>>;

/** @returns values that are higher on a lower level */
export function hardwareViolations(levels: Readonly<Record<HardwareLevel, HardwareNeeds>>): string[] {
  return (['cores', 'memory', 'disk', 'network'] as const).flatMap((need) =>
    hardwareLevels.slice(1).flatMap((level, index) => {
      const lower = hardwareLevels[index] ?? 'minimum';
      const [less, more] = [levels[lower][need], levels[level][need]];
      return less > more ? [`hardware.${lower}.${need} (${less}) is more than hardware.${level}.${need} (${more})`] : [];
    }),
  );
}
