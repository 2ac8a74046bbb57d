/** Names of countries in English and Spanish, and of the cities that name time zones, in lower case. */
function namesOfPlaces(): ReadonlySet<string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const countries = ['en', 'es'].flatMap((language) => {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    return codes.flatMap((code) => names.of(code) ?? []);
  });
  const cities = Intl.supportedValuesOf('timeZone').map((zone) => (zone.split('/').at(-1) ?? '').replaceAll('_', ' '));
  const more = [
    'Barcelona',
    'Sevilla',
    'Valencia',
    'Bilbao',
    'Málaga',
    'Granada',
    'Cádiz',
    'Zaragoza',
    'Toledo',
    'Salamanca',
    'Mallorca',
    'Ibiza',
    'Tenerife',
    'Galicia',
    'Asturias',
    'Andalucía',
    'Cataluña',
    'Milan',
    'Venice',
    'Florence',
    'Munich',
    'Boston',
    'Miami',
    'Seattle',
    'Chicago',
    'London',
    'Londres',
    'Nueva York',
    'Roma',
    'Lisboa',
    'Brooklyn',
    'Manhattan',
    'California',
    'Texas',
    'Florida',
    'Guadalajara',
    'Oaxaca',
    'Cancún',
    'Medellín',
    'Cartagena',
    'Cusco',
    'Kyoto',
    'Osaka',
    'Bali',
  ];
  return new Set([...countries, ...cities, ...more].map((name) => name.toLowerCase()).filter((name) => !ambiguous.has(name)));
}

/** Also common words. */
const ambiguous = new Set([
  'center',
  'south',
  'north',
  'east',
  'west',
  'central',
  'pacific',
  'mountain',
  'eastern',
  'marengo',
  'easter',
  'troll',
  'chile',
  'turkey',
  'jersey',
  'china',
  'guinea',
  'rota',
  'pavo',
  'granada',
  'toledo',
  'palau',
  'island',
  'world',
  'mundo',
  'universal',
  'chad',
  'cuba',
  'knox',
]);

export const places: ReadonlySet<string> = namesOfPlaces();
