/** Numbers of countries → codes. As a module of its own, so that pages do not load the subdivisions, which are in the same package: 60 kB. */
export { iso31661NumericToAlpha2 } from 'iso-3166';
