import type { Feature, FeatureCollection } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** The shapes of the countries. */
export interface World {
  readonly countries: readonly {
    /** ISO 3166-1 alpha-2; missing for an area without a code. */
    readonly code?: string;
    readonly shape: Feature;
  }[];
}

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>;

const isAtlas = (value: unknown): value is Atlas => typeof value === 'object' && value !== null && 'objects' in value && 'arcs' in value;

/** Codes that are in use but not in ISO 3166-1, by the name in the atlas. */
const otherCodes: Readonly<Record<string, string>> = { Kosovo: 'XK' };
/** Antarctica, which takes a fifth of the map. */
const leftOut = 'AQ';

/** Loads the shapes, 110 kB: pages do so only when they show a map. */
export async function loadWorld(): Promise<World> {
  const [{ default: atlas }, { feature }, { iso31661NumericToAlpha2 }] = await Promise.all([
    import('world-atlas/countries-110m.json', { with: { type: 'json' } }),
    import('topojson-client'),
    import('./country-codes.ts'),
  ]);
  const topology: unknown = atlas;
  if (!isAtlas(topology)) throw new Error('world-atlas has another format');
  const shapes: FeatureCollection<Feature['geometry'], { name: string }> = feature(topology, topology.objects.countries);
  const countries = shapes.features.map((shape) => {
    const code = iso31661NumericToAlpha2[String(shape.id)] ?? otherCodes[shape.properties.name];
    return { shape, ...(code !== undefined && { code }) };
  });
  return { countries: countries.filter(({ code }) => code !== leftOut) };
}
