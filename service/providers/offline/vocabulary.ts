/** Words other than nouns, as `English=Spanish`; an underscore is a space. Adjectives are masculine singular in Spanish. */
export const adjectives =
  'old=viejo red=rojo blue=azul green=verde white=blanco black=negro yellow=amarillo golden=dorado big=grande small=pequeño little=pequeño new=nuevo happy=feliz beautiful=bonito quiet=tranquilo long=largo wooden=de_madera homemade=casero sleepy=dormido tired=cansado wet=mojado warm=cálido cold=frío hot=caliente sweet=dulce fresh=fresco soft=suave first=primero best=mejor rainy=lluvioso sunny=soleado snowy=nevado young=joven full=lleno empty=vacío colourful=colorido colorful=colorido pink=rosa purple=morado orange=naranja tall=alto famous=famoso rustic=rústico open=abierto';

/** English form in -ing, Spanish gerund. */
export const gerunds =
  'playing=jugando sleeping=durmiendo running=corriendo walking=caminando dancing=bailando reading=leyendo cooking=cocinando baking=horneando making=haciendo eating=comiendo drinking=bebiendo watching=mirando celebrating=celebrando working=trabajando smiling=sonriendo laughing=riendo singing=cantando swimming=nadando jumping=saltando waiting=esperando looking=mirando enjoying=disfrutando painting=pintando climbing=subiendo travelling=viajando traveling=viajando crossing=cruzando shining=brillando resting=descansando sitting=sentado hugging=abrazando kissing=besando chasing=persiguiendo opening=abriendo';

/** Instruments are "tocando"; other things that are played are "jugando". */
export const instruments: ReadonlySet<string> = new Set(['guitar', 'piano']);

/** Fixed groups that are not translated word by word; a longer one comes before its own prefix. */
export const phrases =
  'baby_girl=niña at_night=de_noche at_sunset=al_atardecer at_dawn=al_amanecer at_sunrise=al_amanecer at_dusk=al_anochecer in_front_of=frente_a next_to=junto_a ice_cream=helado coffee_with_milk=café_con_leche on_a_rainy_day=en_un_día_de_lluvia on_a_rainy_Sunday=un_domingo_de_lluvia in_the_morning=por_la_mañana in_the_rain=bajo_la_lluvia in_the_sun=al_sol at_home=en_casa at_the_end_of=al_final_de christmas_tree=árbol_de_Navidad on_the_shore=en_la_orilla over_the_sea=sobre_el_mar full_of=lleno_de';

export const prepositions =
  'in=en on=en at=en with=con of=de from=desde over=sobre under=bajo between=entre after=después_de before=antes_de during=durante near=cerca_de by=junto_a towards=hacia without=sin for=para through=por and=y or=o behind=detrás_de around=alrededor_de';

/** Spanish: masculine, feminine, and their plurals. */
export const determiners = [
  ['the', 'el', 'la', 'los', 'las'],
  ['a', 'un', 'una', 'unos', 'unas'],
  ['an', 'un', 'una', 'unos', 'unas'],
  ['some', 'algún', 'alguna', 'unos', 'unas'],
  ['my', 'mi', 'mi', 'mis', 'mis'],
  ['your', 'tu', 'tu', 'tus', 'tus'],
  ['his', 'su', 'su', 'sus', 'sus'],
  ['her', 'su', 'su', 'sus', 'sus'],
  ['their', 'su', 'su', 'sus', 'sus'],
  ['our', 'nuestro', 'nuestra', 'nuestros', 'nuestras'],
  ['this', 'este', 'esta', 'estos', 'estas'],
  ['two', 'dos', 'dos', 'dos', 'dos'],
  ['three', 'tres', 'tres', 'tres', 'tres'],
  ['four', 'cuatro', 'cuatro', 'cuatro', 'cuatro'],
  ['five', 'cinco', 'cinco', 'cinco', 'cinco'],
] as const;

/** Places with "on" in English and "en" in Spanish. */
export const surfaces: ReadonlySet<string> = new Set(
  'beach sofa table terrace balcony mountain bench roof rooftop wall street lap plate boat island stage shore summit road'.split(' '),
);
