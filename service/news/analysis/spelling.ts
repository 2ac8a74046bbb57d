/** What the spelling of a word says about its language. */
interface Spelling {
  /** Letters that words of the language do not have. */
  readonly foreign: RegExp;
  /** Endings that are frequent in it. */
  readonly endings: RegExp;
}

export const spellings: Readonly<Record<string, Spelling>> = {
  en: { foreign: /[à-öø-ÿœßąćęłńśźżčďěňřšťůžșțăğış]/u, endings: /(?:tion|tions|ing|ness|ly|ed|ght|ck|ists?|ers)$/u },
  es: {
    foreign: /[àèìòùâêîôûäëïöçãõßœæåøł]/u,
    endings: /(?:ción|ciones|dad|dades|mientos?|iendo|ando|ñ[oa]s?|ísim[oa]s?|ó|ía|ías|ares|ores)$/u,
  },
  pt: { foreign: /[èìòùäëïöñßœæåø]/u, endings: /(?:ção|ções|são|dade|dades|ão|ões|nh[oa]s?|lh[oa]s?|agem|eira|eiros?|ência|m)$/u },
  fr: { foreign: /[áíóúñãõäößìò]/u, endings: /(?:tion|tions|ment|eux|aux|ées?|és|té|aire|ique|ent|ir|elle|eur|eurs|oire)$/u },
  it: {
    foreign: /[ñçãõâêîôûäëïöüßœá]/u,
    endings: /(?:zione|zioni|ità|à|aggio|ezza|gli[oa]?|ica|iche|ono|ano|elli|etti|ssima|ella|ere|are|ari[oa]?)$/u,
  },
  ca: { foreign: /[ñáãõâêîôûäëößœ]/u, endings: /(?:ció|cions|itat|itats|eix|eixen|atge|ment|es|ns|ts|ll|ny|ia|ic)$/u },
  de: { foreign: /[àáèéìíòóùúñçãõâêîôûœ]/u, endings: /(?:ung|ungen|keit|heit|lich|isch|ische|schaft|en|er|cht|zt|tz|innen|te)$/u },
  nl: { foreign: /[àáèìíòóùúñçãõâêîôûäößœ]/u, endings: /(?:ing|lijk|lijke|heid|tie|aar|uit)$/u },
  gl: { foreign: /[àèìòùâêîôûäëöçãõßœ]/u, endings: /(?:ción|cións|dade|dades|ón|óns|iña|iños?|eiro|eira)$/u },
};
