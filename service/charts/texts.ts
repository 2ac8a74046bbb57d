/** Languages of the texts in charts. */
export const chartLanguages = ['es', 'en'] as const;
export type ChartLanguage = (typeof chartLanguages)[number];

interface Texts {
  readonly noData: string;
  readonly lines: string;
  readonly stackedBars: string;
  readonly horizontalBars: string;
  readonly worldMap: string;
  readonly from: string;
  readonly to: string;
  readonly highest: string;
  readonly notOnMap: string;
}

export const texts: Readonly<Record<ChartLanguage, Texts>> = {
  es: {
    noData: 'No hay datos de este periodo.',
    lines: 'Gráfico de líneas',
    stackedBars: 'Gráfico de barras apiladas',
    horizontalBars: 'Gráfico de barras',
    worldMap: 'Mapa del mundo',
    from: 'del',
    to: 'al',
    highest: 'el valor más alto es',
    notOnMap: 'Fuera del mapa',
  },
  en: {
    noData: 'There is no data for this period.',
    lines: 'Line chart',
    stackedBars: 'Stacked bar chart',
    horizontalBars: 'Bar chart',
    worldMap: 'World map',
    from: 'from',
    to: 'to',
    highest: 'the highest value is',
    notOnMap: 'Not on the map',
  },
};
