import { cuss as english } from 'cuss';
import { cuss as spanish } from 'cuss/es';

/** Words of the lists that are ordinary words in most texts. */
const ordinary = new Set(
  `adult african allah amateur american angie angry arab arabs asian attack australian baptist beast beaver bender bi bible bigger black blackout blind blow bomb bombs breast brownie brownies buried burn canadian
  cancer catholic catholics chin chinese christ christian church cocktail coconut coconuts color colored coloured communist conservative corruption crabs crash creamy crime crimes dead death deposit desire destroy die died
  dies dirty disease dive ethnic european execution explosion failed failure fairies fairy faith fat fear fight filipina filipino fire firing fore fraud fruit funeral fungus german gin girls gun harder headlights hole honk hook horn
  husky itch jade japanese jerry jew jewish joint jugs kid kill killed knife laid latin liberal lies lotion mad mexican mormon muslim oreo oreos palestinian panties period pot poverty premature primetime pros que rabbi reject
  remains roach robber servant shoot shooting showtime sick slope slopes sob sod sos soviet spa stroke sweetness tongue uk vatican weapon whiskey banana bananas barf robber backdoor backseat banana assassin
  bounty cracker crack cock devil demon drug drunk fart god gob gross hymen ike italiano jesus kink knockers ky liquor mick nook nuke nymph oral paddy peck pixie pixy pistol radical ribbed screw smack snatch spade spades stiffy suck
  swallow tinkle tnt tramp trap whit whites willy balls babe gables gable geez goy lactate mafia marijuana meth flamer hiv homicide murder murderer narcotic molest penetration queer racist slaughter terrorist torture trots tantra yankee yankees
  alligator boonies booty bogan bugger burr chunky chug chugs clogwog cocky cushi dink dix dope dong flange fu geezer gables gringo gringos gummer gyp haji ho hobo honey hooters hore indon jap jeez jerry jig jigs kimchis kum kumquat kumquats cumquat
  limey loser lugan macaca magicwand mams pansy peck polack pom pommy rabbi redneck roundeye sandm shag skank slav snowback spaghettibender spic spunk stringer swinger tang tart trisexual twinkie upthebutt wanker wab weewee wog wop yid zip dragqueen
  nigerian nigerians homosexual interracial bicurious protestant goyim blacks blackman blackmans condom uterus vaginal genital transsexual jihad hamas hebrew menage coitus bondage demon pee drunken damnation
  bar bounty_bar eight_ball gypsy gypsies hillbilly dumb idiot crap damn dammit
  afilar anda argolla artaban asno bizcocho bombin cachivache cajeta casquete cenizo chacon chancla chupete clavar cocos colchon come comer compañero compañeros concha conejo conejos copa corneta correa corrida cuchillo curtir ensartar estaca exprimir forro
  gandul gomas huevo huevos impermeable infierno ignorante mariposa martillo melon melones melón mojar montar orina pajara pajaro papaya paquete pata patan pato pedazo pipian pipián plomo pringao putada quebrachon rifle tirar tirarse trio trío vejiga volar zángano zangano pájara pájaro
  abanto acabada agarraderas aguayón alcornoque alfeñique andorga andá aniz adufe atarre ayotes balurde baboso bellaco belloto besugo bolas bollito bollo bollos bombín boniato borrico brizna brocha bruta butifarra cabestro cacha cachar cachimba calamidad caldúo caliente cantimplora capullo cebollino cerote chacón
  chaqueta charrán chiche chirimbaina chocho coger cogollo cogote cola comadres cometa corota corozo coso coto cuca cuchara cuates cueco desgraciarse donde dondiego fachar fantoche fariseo filiberto garchar gorrino guitarro heroína hueco idiota ladilla leche leches lechuguino lerdo lolas longanizas lumbreras
  manchas masturbación mico minga morlaco nabo naco ojete orto ovejo paja palo palurdo pamplinas panarra panocha papayona papirote pardillo pargo pata pechugas pelele pelma pelotas pepa percebe picha pico pinche pinga pipe pis pisar pistola pito poto polvo popa poronga puchero quebracho raja ramera reata remame repisas retazo riata
  sabandija sacamuelas sanguijuela seno senos sobo sonajas sopladores tarado tarugo tocho tonga tordo trola travesti traga tragar tunante tía tío volarse yegua zambombo zorra zopenco malasombra mameluco mamey mastuerzo mequetrefe merluzo mendrugo mentecato guaranga gañan gañán ganapan cafre calabazo caca cachete`
    .trim()
    .split(/\s+/),
);

/** Rude words that the list of ordinary words must not hide, and common ones that are missing from the lists. */
const more =
  'idiot idiots moron morons imbecile stupid dumb loser losers crap damn bitch bitches slut sluts whore whores bastard bastards asshole assholes shit shitty bullshit fuck fucking fucked fucker motherfucker retard retarded faggot dyke tranny nude nudes naked nsfw porn porno sex sexy sexual horny tits boobs boobies dick dicks penis vagina pussy cum orgasm orgy dildo blowjob masturbate onlyfans escort stripper strippers nigger nigga chink spic kike wetback raghead paki gook scum vermin subhuman subhumans fatso ugly piss pissed cunt twat wanker tosser bollocks arse arsehole ass creep pervert perverts pedophile paedophile incest zoophilia bdsm fetish hooker hookers pathetic degenerate degenerates nazi nazis idiota idiotas imbécil imbecil imbéciles estúpido estúpida estúpidos estúpidas estupido estupida  gilipollas subnormal subnormales retrasado retrasada mongol mongolo cabrón cabron cabrones cabrona puta putas puto putos putero hijoputa hijaputa hijueputa zorra zorras guarra maricón maricon maricones marica maricas mariquita bollera bolleras sudaca sudacas negrata negratas panchito panchitos escoria gentuza joder jodido jodida jodidos coño mierda mierdas cojones follar follando folla follada polla pollas tetas culo culos pene coito vulva desnuda desnudas desnudo desnudos porno pornografía sexo sexual orgía orgasmo mamada mamadas pajas masturba masturbarse pendejo pendeja pendejos chinga chingar chingada verga vergas culero culera huevón huevon boludo boluda pelotudo pelotuda malparido gonorrea carajo pervertido pervertidos pederasta prostituta prostitutas sinvergüenza asqueroso asquerosa'.split(
    ' ',
  );

/** Words that are unlikely to be rude have the rating 0. */
const listed = (list: Readonly<Record<string, number>>) =>
  Object.keys(list).filter((word) => list[word] !== 0 && !ordinary.has(word) && /^[\p{L} ]+$/u.test(word));
const rude: ReadonlySet<string> = new Set([...listed(english), ...listed(spanish), ...more]);
const mostWordsOfPhrase = 3;

/** Digits and signs in the place of letters: "sh1t", "a$$", "f*ck". */
const disguises: readonly (readonly [RegExp, string])[] = [
  [/0/g, 'o'],
  [/1|!/g, 'i'],
  [/3/g, 'e'],
  [/4|@/g, 'a'],
  [/5|\$/g, 's'],
];
const plainLetters = (word: string) => disguises.reduce((text, [sign, letter]) => text.replace(sign, letter), word);
const starred = /\p{L}\*+\p{L}*/u;

/** Whether a text has insults, sexual or hateful words, as whole words: Scunthorpe has none. */
export function isRude(text: string): boolean {
  const runs = text.toLowerCase().match(/[\p{L}\p{N}*$@!]+/gu) ?? [];
  const words = runs.map((word) => word.replace(/(?<!!)!+$/, ''));
  if (words.some((word) => starred.test(word) || (/\p{L}/u.test(word) && rude.has(plainLetters(word))))) return true;
  return words.some((_, at) =>
    Array.from({ length: mostWordsOfPhrase }, (_, more) => words.slice(at, at + more + 1).join(' ')).some((phrase) => rude.has(phrase)),
  );
}
