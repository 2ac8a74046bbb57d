import { describe, expect, test } from '@jest/globals';
import { clearLanguage, isInOtherLanguage } from './caption-language.ts';

/** Captions about the same picture in many languages. */
const texts: Readonly<Record<string, string>> = {
  fr: "La plage de Cadix au coucher du soleil, entre amis de toujours. Un soir d'été, le sable encore chaud et rien d'autre à faire. On reste jusqu'à la dernière lumière.",
  it: "Il tramonto sulla spiaggia con gli amici di sempre. Una sera d'estate, la sabbia ancora calda e niente da fare. Restiamo fino all'ultima luce.",
  pt: 'O pôr do sol na praia com os amigos de sempre. Uma noite de verão, a areia ainda quente e nada para fazer. Ficamos até à última luz.',
  de: 'Sonnenuntergang am Strand mit alten Freunden. Ein Sommerabend, der Sand noch warm und nichts zu tun. Wir bleiben bis zum letzten Licht.',
  nl: 'Zonsondergang op het strand met oude vrienden. Een zomeravond, het zand nog warm en niets te doen. We blijven tot het laatste licht.',
  pl: 'Zachód słońca na plaży ze starymi przyjaciółmi. Letni wieczór, piasek jeszcze ciepły i nic do roboty. Zostajemy do ostatniego światła.',
  tr: 'Eski dostlarla sahilde gün batımı. Bir yaz akşamı, kum hâlâ sıcak ve yapacak hiçbir şey yok. Son ışığa kadar buradayız.',
  sv: 'Solnedgång på stranden med gamla vänner. En sommarkväll, sanden är fortfarande varm och inget att göra. Vi stannar till det sista ljuset.',
  da: 'Solnedgang på stranden med gamle venner. En sommeraften, sandet er stadig varmt, og der er intet at lave. Vi bliver til det sidste lys.',
  nb: 'Solnedgang på stranden med gamle venner. En sommerkveld, sanden er fortsatt varm og ingenting å gjøre. Vi blir til det siste lyset.',
  fi: 'Auringonlasku rannalla vanhojen ystävien kanssa. Kesäilta, hiekka on vielä lämmin eikä mitään tehtävää. Jäämme viimeiseen valoon asti.',
  ca: "La posta de sol a la platja amb els amics de sempre. Un vespre d'estiu, la sorra encara calenta i res a fer. Ens quedem fins a l'última llum.",
  gl: 'A posta de sol na praia cos amigos de sempre. Unha noite de verán, a area aínda quente e nada que facer. Quedamos ata a última luz.',
  eu: 'Ilunabarra hondartzan betiko lagunekin. Udako gau bat, harea oraindik bero eta zereginik ez. Azken argira arte geratuko gara.',
  ro: 'Apus de soare pe plajă cu prieteni vechi. O seară de vară, nisipul încă este cald și nimic de făcut. Rămânem până la ultima lumină.',
  cs: 'Západ slunce na pláži se starými přáteli. Letní večer, písek je ještě teplý a není co dělat. Zůstaneme do posledního světla.',
  hu: 'Naplemente a tengerparton régi barátokkal. Nyári este, a homok még meleg, és nincs semmi dolgunk. Az utolsó fényig maradunk.',
  id: 'Matahari terbenam di pantai bersama teman lama. Malam musim panas, pasir masih hangat dan tidak ada yang harus dilakukan. Kami tinggal sampai cahaya terakhir.',
  ms: 'Matahari terbenam di pantai bersama kawan lama. Malam musim panas, pasir masih hangat dan tiada apa yang perlu dibuat. Kami tinggal sehingga cahaya terakhir.',
  vi: 'Hoàng hôn trên bãi biển cùng những người bạn cũ. Một buổi tối mùa hè, cát vẫn còn ấm và không có gì phải làm. Chúng tôi ở lại đến tia nắng cuối cùng.',
  hr: 'Zalazak sunca na plaži sa starim prijateljima. Ljetna večer, pijesak je još topao i nema se što raditi. Ostajemo do posljednjeg svjetla.',
  'sr-Latn':
    'Zalazak sunca na plaži sa starim prijateljima. Letnje veče, pesak je još topao i nema šta da se radi. Ostajemo do poslednjeg svetla.',
  sr: 'Залазак сунца на плажи са старим пријатељима. Летње вече, песак је још топао и нема шта да се ради.',
  ru: 'Закат на пляже со старыми друзьями. Летний вечер, песок ещё тёплый, и ничего не надо делать. Остаёмся до последнего света.',
  uk: 'Захід сонця на пляжі зі старими друзями. Літній вечір, пісок ще теплий, і нічого не треба робити. Залишаємося до останнього світла.',
  bg: 'Залез на плажа със стари приятели. Лятна вечер, пясъкът е още топъл и няма какво да се прави.',
  el: 'Ηλιοβασίλεμα στην παραλία με παλιούς φίλους. Ένα καλοκαιρινό βράδυ.',
  ar: 'غروب الشمس على الشاطئ مع أصدقاء قدامى. مساء صيفي والرمل لا يزال دافئا.',
  fa: 'غروب آفتاب در ساحل با دوستان قدیمی. یک شب تابستانی و شن هنوز گرم است.',
  he: 'שקיעה על החוף עם חברים ותיקים. ערב קיץ, החול עדיין חם.',
  hi: 'पुराने दोस्तों के साथ समुद्र तट पर सूर्यास्त। गर्मियों की शाम, रेत अभी भी गर्म है।',
  ja: '旧友とビーチで夕日を眺める。 夏の夜、砂はまだ温かい。',
  zh: '与老朋友在海滩看日落。 夏夜，沙子还是暖的。',
  ko: '오랜 친구들과 해변에서 보는 노을. 여름밤, 모래는 아직 따뜻하다.',
  th: 'พระอาทิตย์ตกที่ชายหาดกับเพื่อนเก่า',
  en: 'Sunset at the beach with old friends. A summer evening, the sand still warm and nothing to do. We stay until the last light.',
  es: 'La puesta de sol en la playa con los amigos de siempre. Una noche de verano, la arena todavía caliente y nada que hacer. Nos quedamos hasta la última luz.',
};
const english = texts.en ?? '';
const tags = Object.keys(texts);

describe('Captions in the requested language', () => {
  test.each(tags)('%s are recognised as such', (tag) => {
    expect(isInOtherLanguage(texts[tag] ?? '', tag)).toBe(false);
  });

  test.each([
    ['pt-BR', texts.pt],
    ['es-MX', texts.es],
    ['zh-Hant', texts.zh],
    ['yue', texts.zh],
    ['sr-Latn', texts.hr],
    ['sr-Cyrl', texts.sr],
  ])('%s are recognised with region or script', (tag, text = '') => {
    expect(isInOtherLanguage(text, tag)).toBe(false);
  });

  test.each([
    ['de', 'Goldene Stunde #sunset #goldenhour #travel @friends https://example.com/the-best-of-the-beach'],
    ['it', 'Il tramonto sulla spiaggia con gli amici di sempre.'],
    ['da', 'Solnedgang for os at se i dag, under træerne i haven'],
    ['nl', 'Een dag in de zon is over'],
    ['fr', 'Cádiz ☀️'],
    ['ja', '☀️'],
    ['ca', 'La posta de sol a la platja'],
  ])('%s are not mistaken for another: %s', (tag, text) => {
    expect(isInOtherLanguage(text, tag)).toBe(false);
  });
});

describe('Captions in another language', () => {
  test.each(tags.filter((tag) => tag !== 'en'))('than %s are recognised if they are English', (tag) => {
    expect(isInOtherLanguage(english, tag)).toBe(true);
  });

  test.each([
    ['en', 'es'],
    ['en', 'fr'],
    ['es', 'en'],
    ['es', 'pt'],
    ['fr', 'de'],
    ['de', 'fr'],
    ['pt', 'fr'],
    ['ro', 'es'],
    ['ja', 'zh'],
    ['zh', 'ja'],
    ['ko', 'ja'],
    ['ru', 'uk'],
    ['fi', 'fr'],
    ['sr-Cyrl', 'en'],
    ['he', 'ar'],
  ])('than %s are recognised if they are %s', (requested, written) => {
    expect(isInOtherLanguage(texts[written] ?? '', requested)).toBe(true);
  });
});

describe('The language of a text', () => {
  test.each(['en', 'es', 'fr', 'de', 'nl', 'pl', 'sv', 'ro', 'vi', 'el', 'ja', 'zh', 'ko', 'th'])('%s is clear', (tag) => {
    expect(clearLanguage(texts[tag] ?? '')).toBe(tag);
  });

  test.each(['da', 'nb', 'fi', 'gl', 'eu', 'ms', 'sr', 'he'])('%s is not clear: it has relatives, or no statistics', (tag) => {
    expect(clearLanguage(texts[tag] ?? '')).toBeUndefined();
  });

  test.each(['', '123', 'Golden hour', 'Beach mode 🏖️', 'Cádiz'])('is not clear if it is short: %j', (text) => {
    expect(clearLanguage(text)).toBeUndefined();
  });
});
