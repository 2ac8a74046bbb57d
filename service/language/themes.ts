/** Themes of pictures: emoji, hashtag, and nouns as `English=Spanish`, both in the singular. */
interface Theme {
  readonly emoji: string;
  readonly tag: { readonly en: string; readonly es: string };
  readonly nouns: string;
}

export const themes = {
  light: {
    emoji: '🌅',
    tag: { en: '#GoldenHour', es: '#HoraDorada' },
    nouns: 'sunset=atardecer sunrise=amanecer dawn=alba dusk=anochecer sky=cielo sun=sol cloud=nube horizon=horizonte',
  },
  sea: {
    emoji: '🌊',
    tag: { en: '#BeachLife', es: '#VidaDePlaya' },
    nouns:
      'beach=playa sea=mar ocean=océano wave=ola sand=arena surf=surf harbour=puerto boat=barco island=isla coast=costa lighthouse=faro shore=orilla sailboat=velero shell=concha fisherman=pescador pier=muelle',
  },
  nature: {
    emoji: '🌿',
    tag: { en: '#NatureLovers', es: '#Naturaleza' },
    nouns:
      'mountain=montaña forest=bosque lake=lago river=río trail=sendero hike=caminata tree=árbol waterfall=cascada nature=naturaleza valley=valle flower=flor garden=jardín countryside=campo sunflower=girasol rose=rosa leaf=hoja field=prado cliff=acantilado summit=cumbre oak=roble olive=olivo vineyard=viñedo camping=acampada rainbow=arcoíris',
  },
  winter: {
    emoji: '❄️',
    tag: { en: '#WinterDays', es: '#DíasDeInvierno' },
    nouns: 'snow=nieve winter=invierno ski=esquí ice=hielo snowman=muñeco',
  },
  pets: {
    emoji: '🐾',
    tag: { en: '#AnimalLovers', es: '#AmorAnimal' },
    nouns:
      'dog=perro puppy=cachorro cat=gato kitten=gatito horse=caballo bird=pájaro pet=mascota rabbit=conejo hedgehog=erizo squirrel=ardilla fox=zorro duck=pato cow=vaca sheep=oveja goat=cabra butterfly=mariposa turtle=tortuga elephant=elefante dolphin=delfín parrot=loro dog=perra puppy=perrito puppy=perrita cat=gata kitten=gatita',
  },
  coffee: {
    emoji: '☕',
    tag: { en: '#CoffeeTime', es: '#HoraDelCafé' },
    nouns: 'coffee=café tea=té cappuccino=capuchino espresso=expreso latte=latte croissant=cruasán barista=barista',
  },
  food: {
    emoji: '🍽️',
    tag: { en: '#Foodie', es: '#BuenProvecho' },
    nouns:
      'food=comida ice_cream=helado breakfast=desayuno lunch=almuerzo dinner=cena bread=pan cake=tarta pizza=pizza paella=paella tapas=tapas pasta=pasta salad=ensalada soup=sopa wine=vino restaurant=restaurante recipe=receta chocolate=chocolate cheese=queso fruit=fruta chef=chef pancakes=tortitas burger=hamburguesa lasagna=lasaña toast=tostada avocado=aguacate juice=zumo orange=naranja strawberry=fresa lemon=limón apple=manzana pie=pastel cookie=galleta rice=arroz fish=pescado omelette=tortilla vegetable=verdura tomato=tomate ramen=ramen sushi=sushi taco=taco beer=cerveza picnic=picnic barbecue=barbacoa dessert=postre salmon=salmón oven=horno honey=miel milk=leche steak=filete',
  },
  travel: {
    emoji: '✈️',
    tag: { en: '#TravelDiaries', es: '#DiarioDeViaje' },
    nouns:
      'trip=viaje travel=viaje journey=viaje train=tren airport=aeropuerto hotel=hotel map=mapa suitcase=maleta road=carretera bridge=puente temple=templo cathedral=catedral castle=castillo vacation=vacaciones holidays=vacaciones adventure=aventura tower=torre plane=avión village=pueblo ruin=ruina passport=pasaporte backpack=mochila',
  },
  city: {
    emoji: '🏙️',
    tag: { en: '#CityLife', es: '#VidaUrbana' },
    nouns:
      'city=ciudad street=calle skyline=perfil building=edificio square=plaza neon=neón bike=bici bicycle=bicicleta market=mercado avenue=avenida skyscraper=rascacielos metro=metro subway=metro tram=tranvía',
  },
  fitness: {
    emoji: '💪',
    tag: { en: '#KeepMoving', es: '#SinParar' },
    nouns:
      'gym=gimnasio workout=entrenamiento training=entrenamiento marathon=maratón yoga=yoga football=fútbol swimming=natación runner=corredora runner=corredor medal=medalla race=carrera run=carrera cyclist=ciclista tennis=tenis basketball=baloncesto goal=meta climber=escaladora',
  },
  party: {
    emoji: '🎉',
    tag: { en: '#GoodTimes', es: '#BuenosMomentos' },
    nouns:
      'party=fiesta birthday=cumpleaños wedding=boda concert=concierto festival=festival celebration=celebración music=música dance=baile guitar=guitarra graduation=graduación Christmas=navidad firework=fuego toast=brindis stage=escenario piano=piano band=banda',
  },
  people: {
    emoji: '❤️',
    tag: { en: '#MyPeople', es: '#MiGente' },
    nouns:
      'grandparents=abuelos parents=padres friend=amigo friend=amiga family=familia mother=madre mum=mamá mom=mamá father=padre dad=papá grandmother=abuela grandma=abuela grandfather=abuelo grandpa=abuelo baby=bebé child=niño kid=niño son=hijo daughter=hija sister=hermana brother=hermano couple=pareja cousin=primo wife=esposa husband=marido girlfriend=novia boyfriend=novio',
  },
  work: {
    emoji: '💼',
    tag: { en: '#TeamWork', es: '#TrabajoEnEquipo' },
    nouns:
      'team=equipo office=oficina launch=lanzamiento meeting=reunión conference=conferencia startup=startup workshop=taller company=empresa laptop=portátil colleague=colega project=proyecto customer=cliente business=negocio boss=jefe',
  },
  craft: {
    emoji: '🎨',
    tag: { en: '#MadeByHand', es: '#HechoAMano' },
    nouns:
      'art=arte museum=museo painting=cuadro mural=mural ceramic=cerámica pottery=alfarería sculpture=escultura drawing=dibujo exhibition=exposición artist=artista embroidery=bordado wool=lana',
  },
  cosy: {
    emoji: '📖',
    tag: { en: '#SlowDays', es: '#SinPrisa' },
    nouns: 'book=libro library=biblioteca blanket=manta candle=vela sofa=sofá hammock=hamaca fireplace=chimenea',
  },
} as const satisfies Record<string, Theme>;
export type ThemeName = keyof typeof themes;
export const themeNames: readonly ThemeName[] = Object.keys(themes).filter((name): name is ThemeName => name in themes);

/** Nouns of pictures with any theme. */
export const plainNouns =
  'night=noche morning=mañana afternoon=tarde day=día summer=verano spring=primavera autumn=otoño weekend=finde Sunday=domingo Saturday=sábado Friday=viernes Monday=lunes rain=lluvia light=luz moon=luna star=estrella wind=viento home=casa house=casa kitchen=cocina window=ventana door=puerta table=mesa chair=silla bench=banco desk=escritorio wood=madera cup=taza mug=taza glass=vaso plate=plato bottle=botella hat=sombrero dress=vestido shoe=zapato smile=sonrisa roof=tejado rooftop=azotea balcony=balcón terrace=terraza car=coche park=parque school=escuela church=iglesia shop=tienda store=tienda wall=pared water=agua fire=fuego love=amor girl=niña boy=niño woman=mujer man=hombre person=persona people=gente product=producto session=sesión class=clase group=grupo line=línea lap=regazo hand=mano eye=ojo heart=corazón world=mundo life=vida dream=sueño moment=momento photo=foto corner=rincón color=color colour=color spice=especia mud=barro sweater=jersey umbrella=paraguas phone=teléfono camera=cámara plant=planta bag=bolso box=caja gift=regalo song=canción';
