/** Gigabytes of memory and disk, megabits a second of network. */
export interface HardwareNeeds {
  readonly cores: number;
  readonly memory: number;
  readonly disk: number;
  readonly network: number;
}

export const hardwareLevels = ['minimum', 'recommended', 'enterprise'] as const;
export type HardwareLevel = (typeof hardwareLevels)[number];

/** What the guides ask of a machine, by the product that it carries (guide rows PF-13, PF-14, PF-15). */
export const hardware = {
  /** G0: the service alone. */
  'instagram-captions': {
    minimum: { cores: 2, memory: 4, disk: 20, network: 100 },
    recommended: { cores: 4, memory: 8, disk: 50, network: 1000 },
    enterprise: { cores: 8, memory: 16, disk: 100, network: 10_000 },
  },
  /** G2: with its database, its page and its analytics on the same machine. */
  preventia: {
    minimum: { cores: 4, memory: 8, disk: 100, network: 100 },
    recommended: { cores: 8, memory: 16, disk: 250, network: 1000 },
    enterprise: { cores: 16, memory: 32, disk: 500, network: 10_000 },
  },
} as const satisfies Record<string, Record<HardwareLevel, HardwareNeeds>>;

/** Where less than a level asks for is there, the level and each figure that is not higher than the one before it. */
export function hardwareViolations(levels: Readonly<Record<HardwareLevel, HardwareNeeds>>): string[] {
  return (['cores', 'memory', 'disk', 'network'] as const).flatMap((need) =>
    hardwareLevels.slice(1).flatMap((level, index) => {
      const lower = hardwareLevels[index] ?? 'minimum';
      const [less, more] = [levels[lower][need], levels[level][need]];
      return less > more ? [`hardware.${lower}.${need} (${less}) is more than hardware.${level}.${need} (${more})`] : [];
    }),
  );
}
