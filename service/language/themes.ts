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
      'beach=playa sea=mar ocean=océano wave=ola sand=arena surf=surf harbour=puerto boat=barco island=isla coast=costa lighthouse=faro shore=orilla sailboat=velero shell=concha fisherman=pescador pier=muelle tide=marea lagoon=laguna cove=cala reef=arrecife seagull=gaviota surfer=surfista kayak=kayak paddleboard=paddle snorkel=esnórquel swimmer=nadadora pool=piscina',
  },
  nature: {
    emoji: '🌿',
    tag: { en: '#NatureLovers', es: '#Naturaleza' },
    nouns:
      'mountain=montaña forest=bosque lake=lago river=río trail=sendero hike=caminata tree=árbol waterfall=cascada nature=naturaleza valley=valle flower=flor garden=jardín countryside=campo sunflower=girasol rose=rosa leaf=hoja field=prado cliff=acantilado summit=cumbre oak=roble olive=olivo vineyard=viñedo camping=acampada rainbow=arcoíris horse=caballo bird=pájaro hedgehog=erizo squirrel=ardilla fox=zorro duck=pato cow=vaca sheep=oveja goat=cabra butterfly=mariposa elephant=elefante dolphin=delfín deer=ciervo owl=búho whale=ballena swan=cisne bee=abeja meadow=pradera jungle=selva desert=desierto volcano=volcán glacier=glaciar canyon=cañón pine=pino palm_tree=palmera tulip=tulipán lavender=lavanda orchid=orquídea daisy=margarita cherry_blossom=cerezo greenhouse=invernadero orchard=huerto mushroom=seta woodland=arboleda hill=colina',
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
      'dog=perro puppy=cachorro cat=gato kitten=gatito pet=mascota rabbit=conejo turtle=tortuga parrot=loro dog=perra puppy=perrito puppy=perrita cat=gata kitten=gatita hamster=hámster guinea_pig=cobaya pony=poni labrador=labrador poodle=caniche chihuahua=chihuahua beagle=beagle kennel=perrera',
  },
  coffee: {
    emoji: '☕',
    tag: { en: '#CoffeeTime', es: '#HoraDelCafé' },
    nouns:
      'coffee=café tea=té cappuccino=capuchino espresso=expreso latte=latte barista=barista cup_of_coffee=taza_de_café flat_white=flat_white matcha=matcha mocha=moca coffee_shop=cafetería café=café teapot=tetera',
  },
  food: {
    emoji: '🍽️',
    tag: { en: '#Foodie', es: '#BuenProvecho' },
    nouns:
      'food=comida croissant=cruasán ice_cream=helado breakfast=desayuno lunch=almuerzo dinner=cena bread=pan cake=tarta pizza=pizza paella=paella tapas=tapas pasta=pasta salad=ensalada soup=sopa wine=vino restaurant=restaurante recipe=receta chocolate=chocolate cheese=queso fruit=fruta chef=chef pancakes=tortitas burger=hamburguesa lasagna=lasaña toast=tostada avocado=aguacate juice=zumo orange=naranja strawberry=fresa lemon=limón apple=manzana pie=pastel cookie=galleta rice=arroz fish=pescado omelette=tortilla vegetable=verdura tomato=tomate ramen=ramen sushi=sushi taco=taco beer=cerveza picnic=picnic barbecue=barbacoa dessert=postre salmon=salmón honey=miel milk=leche steak=filete sandwich=bocadillo doughnut=dónut donut=dónut waffle=gofre brunch=brunch sourdough=masa_madre baguette=baguette brownie=brownie cupcake=magdalena muffin=muffin cheesecake=tarta_de_queso macaron=macaron gelato=gelato smoothie=batido cocktail=cóctel champagne=champán olive_oil=aceite_de_oliva ham=jamón gazpacho=gazpacho croqueta=croqueta empanada=empanada ceviche=ceviche guacamole=guacamole curry=curry noodle=fideo dumpling=dumpling burrito=burrito falafel=falafel hummus=hummus risotto=risotto gnocchi=ñoqui stew=guiso roast=asado kebab=kebab shrimp=gamba octopus=pulpo lobster=langosta oyster=ostra seafood=marisco bacon=beicon egg=huevo mango=mango banana=plátano pineapple=piña peach=melocotón cherry=cereza grape=uva watermelon=sandía raspberry=frambuesa blueberry=arándano pumpkin=calabaza carrot=zanahoria potato=patata garlic=ajo onion=cebolla cinnamon=canela vanilla=vainilla caramel=caramelo sauce=salsa dish=plato menu=menú bakery=panadería bistro=bistró supper=cena lemonade=limonada bagel=bagel pretzel=pretzel churro=churro focaccia=focaccia tiramisu=tiramisú flan=flan',
  },
  travel: {
    emoji: '✈️',
    tag: { en: '#TravelDiaries', es: '#DiarioDeViaje' },
    nouns:
      'trip=viaje travel=viaje journey=viaje train=tren airport=aeropuerto hotel=hotel suitcase=maleta bridge=puente temple=templo cathedral=catedral castle=castillo vacation=vacaciones holidays=vacaciones adventure=aventura tower=torre plane=avión village=pueblo ruin=ruina passport=pasaporte backpack=mochila road_trip=viaje_por_carretera getaway=escapada cruise=crucero hostel=hostal palace=palacio monastery=monasterio pyramid=pirámide monument=monumento landmark=monumento caravan=caravana campervan=furgoneta flight=vuelo luggage=equipaje tourist=turista traveller=viajero',
  },
  city: {
    emoji: '🏙️',
    tag: { en: '#CityLife', es: '#VidaUrbana' },
    nouns:
      'city=ciudad skyline=horizonte_urbano street=calle building=edificio square=plaza neon=neón bike=bici bicycle=bicicleta market=mercado avenue=avenida skyscraper=rascacielos metro=metro subway=metro tram=tranvía street_art=arte_urbano town=pueblo alley=callejón facade=fachada façade=fachada fountain=fuente',
  },
  fitness: {
    emoji: '💪',
    tag: { en: '#KeepMoving', es: '#SinParar' },
    nouns:
      'gym=gimnasio workout=entrenamiento training=entrenamiento marathon=maratón yoga=yoga football=fútbol swimming=natación runner=corredora runner=corredor medal=medalla race=carrera run=carrera cyclist=ciclista tennis=tenis basketball=baloncesto climber=escaladora pilates=pilates crossfit=crossfit gymnastics=gimnasia climbing=escalada cycling=ciclismo boxing=boxeo rugby=rugby padel=pádel skateboard=monopatín triathlon=triatlón squat=sentadilla deadlift=peso_muerto stretching=estiramiento',
  },
  party: {
    emoji: '🎉',
    tag: { en: '#GoodTimes', es: '#BuenosMomentos' },
    nouns:
      'party=fiesta birthday=cumpleaños wedding=boda concert=concierto festival=festival celebration=celebración music=música dance=baile guitar=guitarra graduation=graduación Christmas=navidad toast=brindis stage=escenario piano=piano band=banda anniversary=aniversario confetti=confeti balloon=globo parade=desfile carnival=carnaval Halloween=halloween bride=novia groom=novio bouquet=ramo DJ=dj orchestra=orquesta violin=violín drum=tambor fireworks=fuegos_artificiales',
  },
  people: {
    emoji: '❤️',
    tag: { en: '#MyPeople', es: '#MiGente' },
    nouns:
      'grandparents=abuelos parents=padres friend=amigo friend=amiga family=familia mother=madre mum=mamá mom=mamá father=padre dad=papá grandmother=abuela grandma=abuela grandfather=abuelo grandpa=abuelo baby=bebé child=niño kid=niño son=hijo daughter=hija sister=hermana brother=hermano couple=pareja cousin=primo wife=esposa husband=marido girlfriend=novia boyfriend=novio twin=gemelo niece=sobrina nephew=sobrino aunt=tía uncle=tío toddler=peque godmother=madrina newborn=bebé',
  },
  work: {
    emoji: '💼',
    tag: { en: '#TeamWork', es: '#TrabajoEnEquipo' },
    nouns:
      'team=equipo office=oficina launch=lanzamiento startup=startup workshop=taller company=empresa laptop=portátil project=proyecto business=negocio entrepreneur=emprendedora coworking=coworking hackathon=hackathon webinar=webinar',
  },
  craft: {
    emoji: '🎨',
    tag: { en: '#MadeByHand', es: '#HechoAMano' },
    nouns:
      'art=arte museum=museo painting=cuadro mural=mural ceramic=cerámica pottery=alfarería sculpture=escultura drawing=dibujo exhibition=exposición artist=artista embroidery=bordado wool=lana crochet=ganchillo knitting=punto candle_making=velas jewellery=joyería jewelry=joyería necklace=collar earring=pendiente bracelet=pulsera vase=jarrón canvas=lienzo watercolour=acuarela watercolor=acuarela illustration=ilustración photography=fotografía gallery=galería tattoo=tatuaje weaving=tejido leather=cuero soap=jabón quilt=colcha artisan=artesana',
  },
  cosy: {
    emoji: '📖',
    tag: { en: '#SlowDays', es: '#SinPrisa' },
    nouns:
      'book=libro library=biblioteca blanket=manta candle=vela sofa=sofá hammock=hamaca fireplace=chimenea novel=novela bookshop=librería bookstore=librería armchair=sillón pyjamas=pijama bathtub=bañera',
  },
} as const satisfies Record<string, Theme>;
export type ThemeName = keyof typeof themes;
export const themeNames: readonly ThemeName[] = Object.keys(themes).filter((name): name is ThemeName => name in themes);

/** Nouns of pictures with any theme. */
export const plainNouns =
  'meeting=reunión boss=jefe customer=cliente colleague=colega conference=conferencia map=mapa road=carretera goal=meta oven=horno night=noche morning=mañana afternoon=tarde day=día summer=verano spring=primavera autumn=otoño weekend=finde Sunday=domingo Saturday=sábado Friday=viernes Monday=lunes rain=lluvia light=luz moon=luna star=estrella wind=viento home=casa house=casa kitchen=cocina window=ventana door=puerta table=mesa chair=silla bench=banco desk=escritorio wood=madera cup=taza mug=taza glass=vaso plate=plato bottle=botella hat=sombrero dress=vestido shoe=zapato smile=sonrisa roof=tejado rooftop=azotea balcony=balcón terrace=terraza car=coche park=parque school=escuela church=iglesia shop=tienda store=tienda wall=pared water=agua fire=fuego love=amor girl=niña boy=niño woman=mujer man=hombre person=persona people=gente product=producto session=sesión class=clase group=grupo line=línea lap=regazo hand=mano eye=ojo heart=corazón world=mundo life=vida dream=sueño moment=momento photo=foto corner=rincón color=color colour=color spice=especia mud=barro sweater=jersey umbrella=paraguas phone=teléfono camera=cámara plant=planta bag=bolso box=caja gift=regalo song=canción';
