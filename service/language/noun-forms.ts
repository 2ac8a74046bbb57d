/** Spanish nouns whose gender does not follow from their ending. */
export const feminine: ReadonlySet<string> = new Set(
  'noche nube nieve leche flor luz sal miel calle torre mujer gente clase madre pared mano tarde ciudad maratón carne serie catedral navidad'.split(
    ' ',
  ),
);
export const masculine: ReadonlySet<string> = new Set('día mapa sofá café té bebé papá barista artista cliente ciclista ramen'.split(' '));

/** Irregular plurals of English. */
export const irregularPlurals: ReadonlyMap<string, string> = new Map([
  ['child', 'children'],
  ['man', 'men'],
  ['woman', 'women'],
  ['person', 'people'],
  ['leaf', 'leaves'],
  ['fish', 'fish'],
  ['toast', 'toast'],
  ['sheep', 'sheep'],
  ['shelf', 'shelves'],
  ['wife', 'wives'],
  ['snowman', 'snowmen'],
  ['fisherman', 'fishermen'],
]);
