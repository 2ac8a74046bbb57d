/** Words by tone, for `wordTable`: without accents, `*` for any ending, `_` for a space. */

/** Phrases whose words mean something else on their own. They are removed before the tone is judged. */
export const idioms: readonly string[] =
  'death by chocolate|to die for|drop dead gorgeous|day of the dead|dia de los muertos|dia de muertos|star wars|bath bomb|bath bombs|killer view|killer views|killer heels|killer deal|crash course|heart attack burger|photo bomb|photobomb|happy tears|tears of joy|lagrimas de felicidad|lagrimas de alegria|lagrimas de emocion|muerto de risa|muerta de risa|muertos de risa|muerta de amor|muerto de amor|esta de muerte|de muerte lenta|morir de amor|morirse de risa|me muero de ganas|despedida de soltera|despedida de soltero|despedida de solteros|hora del cierre|sick beats|guerra de almohadas|guerra de globos|guerra de agua|water fight|pillow fight|snowball fight|dead sea|mar muerto|valle de la muerte|death valley|naturaleza muerta|lost in translation|lost and found|objetos perdidos|killing it|huevos rotos|entierro de la sardina|vaqueros rotos|killed it|killer sunset|killer outfit|killer workout|killer cake|slaying it|bombas de bano|bomba de bano|bomba de chocolate|hot chocolate bomb|hot chocolate bombs|tarta de la muerte|close up|close to|close friend|close friends|broken heel|cae la noche|pain au chocolat|pain de campagne|french pain|closing ceremony|dead sea salt|hit by surprise|crisis de los 40|quemar calorias|burning calories|burn calories|knock out|war paint|dry rub|shot of espresso|espresso shot|double shot|golden shot|first shot|head shot|headshot|headshots|long shot|best shot|screen shot|drone shot|drone shots|shots of tequila|film shoot|photo shoot|shooting star|shooting stars|shooting a film|fuegos artificiales|fired up|fire pit|campfire|on fire|al fuego|pollo asado|hospitality|hotel hospital|hospital de muñecas|dead tired|dead pixel|deadline|deadlift|deadlifts|peso muerto|walking dead|the grateful dead|cancer sign|sick of waiting|sad songs|blues|cut out|missing piece'.split(
    '|',
  );

/** Death, illness, violence, disaster. */
export const graveWords = [
  `funeral* cemeter* mourn* griev* grief bereave* obituar* rip rest_in_peace rests_in_peace passed_away passing_of in_memory_of in_loving_memory memorial late_father
  late_mother late_husband late_wife lost_my_father lost_my_mother lost_my_dad lost_my_mum lost_my_mom lost_my_baby lost_my_dog lost_my_cat lost_my_son lost_my_daughter
  lost_my_husband lost_my_wife lost_my_brother lost_my_sister lost_my_best_friend lost_our_baby lost_our_dog lost_her_life lost_his_life lost_their_lives lives_lost
  die dies died dying dead deadly death deaths deceased kill kills killed killer killing killings murder* suicid* self_harm shooting shootings gunman gunmen gunshot stabbed stabbing massacre* genocid* war wars warfare
  invasion invaded invades bombing bombings bombed bombs bomb bombard* missile* airstrike* air_strike terror terroris* attack attacks attacked victim* hostage* refugee* casualt* earthquake* flood* hurricane* wildfire*
  tsunami* tornado* landslide* avalanche burned_down burnt_down burned_to_the_ground on_fire_last house_fire explosion* exploded collapsed crash crashes crashed accident accidents wreck injur* wound wounded wounds
  drown* ambulance emergency_room icu hospital hospitals hospitali* hospice cancer tumor* tumour* chemo* leukemia leukaemia diagnos* stroke coma surger* illness* ill disease* dementia alzheimer* overdos*
  miscarriage* stillb* abortion* abuse abused abuser abuses abusive assault* rape raped rapist violence violent harass* kidnap* abduct* condolence* traged* tragic* disaster* devastat* catastroph* famine* starv*
  slaver* holocaust* slaughter* heart_attack casket coffin burial buried hanged execution executed lynch* torture* slain fatal fatally fatalit* life_support terminal_illness missing_person missing_child missing_since
  went_missing paralys* amput* infection sepsis pandemic outbreak eating_disorder anorexi* bulimi* domestic_violence put_to_sleep put_down_our crossed_the_rainbow_bridge rainbow_bridge lost_his_battle lost_her_battle`,
  `funeral* entierro* enterr* cementerio* tanatorio* velatorio* esquela* luto duelo duelos fallec* murio murieron muriendo muere mueren morir muerte muertes muerto muerta muertos muertas difunt* descansa_en_paz
  descanse_en_paz descansen_en_paz dep d_e_p qepd pesame condolenc* asesin* homicid* suicid* matan mato mataron matado matar tirote* disparo disparos dispararon apuñal* masacre* genocid* guerra guerras invasi* bomba
  bombas bombarde* misil* atentado* terroris* ataque ataques atacad* victima* rehen rehenes refugiad* terremoto* seismo* sismo inundaci* inundad* riada* dana huracan* incendi* tsunami* explosi* exploto derrumb*
  accident* atropell* choque choques herido herida heridos heridas ahogado ahogada ahogados ahogo ambulancia* urgencias uci hospital hospitales hospitaliz* cancer tumor* quimio* leucemia* diagnostic* ictus infarto*
  en_coma cirugia* operaron operan operado operada quirofano enfermedad* demencia* alzheimer sobredosis aborto* abuso abusos abusad* abusaron agresi* agredi* viola violo violad* violaci* violador* violencia* acoso*
  acosad* secuestr* desaparecid* desaparicion tragedia* tragic* desastre* catastrof* hambruna* esclavitud holocausto* ataud ataudes sepelio sepultura velorio perdi_a_mi perdimos_a perdio_la_vida perdieron_la_vida
  nos_dejo nos_ha_dejado se_nos_fue ya_no_esta_con_nosotros en_memoria anorexi* bulimi* autolesi* maltrat* tortur* feminicidi* ahorcad* ejecutad* pandemia* infeccion* amputa* paralitic* terminal_de_cancer`,
];

/** Closing, work lost, money, conflict, sadness: no jokes, but no condolences either. */
export const lowWords = [
  `closing closes closed closure closures close_down close_our close_my close_the_shop close_forever shutting shut_down shuts_down laid_off lay_off layoff* laying_off let_go_of redundan* got_fired was_fired were_fired been_fired fired_from fired_me fired_today sacked unemploy* bankrupt* insolven* evict*
  foreclos* debt debts cancel canceled cancelled canceling cancelling cancels cancellation* postpone* delayed delays on_strike strikes sick flu fever covid pain painful hurt hurts hurting broke_up broken_heart broken_hearted
  heartbroken heartbr* break_up breakup* broken_down divorce* separated separation lonely loneliness sad sadness sadly depress* anxi* burnout burned_out stressed angry anger furious hate hates hated hatred worst terrible
  awful horribl* horrific disappoint* fail failed fails failing failure stole stolen steal theft thief robbed robber* burglar* scam scams scammed fraud lawsuit sued suing arrest* prison jail jailed convicted guilty apolog* sorry
  unfortunately regret regrets goodbye farewell bad_news complain* complaint* outage recall recalled contaminat* poison* stranded bullied bully bullying racis* sexis* homophob* transphob* discriminat* protest protests riot
  riots crisis poverty hunger drought pollution pollut* damage damaged ruined destroyed destruction demolish* rejected betray* cheated_on cheating dumped retiring out_of_business last_day_of_trading going_out_of_business
  miss_you miss_him miss_her miss_them misses_you crying cried cry cries tears tear_gas worried worry scared afraid fear fears abandon* neglect* cruelty endangered extinct* deport* blackout nightmare ugly disgust* gross
  vomit* puke* rotten mold mould rats cockroach* bedbug* lice lost_my_job lost_his_job lost_her_job lost_our_home lost_everything lost_the_final lost_the_game lost_again relegated defeat defeated injured out_for_the_season recession inflation no_longer_available
  discontinued expel* suspended trauma* victimi* addict* alcoholi* relapse* rehab homeless* orphan* hospitalised threat threats threatened hostile hijack* corrupt* scandal* layoffs job_cuts pay_cut pay_cuts food_bank`,
  `cerramos cierra cierran cerrado cerrada cerrados cerradas cierre cierres cerrar cerraremos cerrara cerro clausur* despido despidos despiden despidieron despidio despedido despedida despedidos despedidas despedir nos_echan echaron me_echaron ere erte
  paro desemple* quiebra bancarrota desahuci* desalojo deuda deudas cancelad* cancela cancelamos cancelan cancelacion* aplaz* suspendid* suspenden suspendi retras* demora demoras huelga* enferm* gripe fiebre covid dolor dolores duele
  duelen corazon_roto roto rota rotos rotas rompimos rompi divorci* ruptur* separaci* separamos triste tristes tristeza* lloro llora lloran llorando llorar lagrima* depres* deprim* ansiedad estres estresad* enfad* enojad* furios*
  rabia odio odia odian peor peores terrible terribles horrible horribles horror decepcion* fracas* perdido perdida perdidos perdidas perdi perdimos perdieron robo robos robaron robado robada ladron ladrones estafa* fraude*
  detenido detenida detenidos detencion carcel prision condenad* culpable perdon disculp* lamenta* lamento por_desgracia desgracia* adios te_extraño te_echo_de_menos la_echo_de_menos lo_echo_de_menos echamos_de_menos extrañamos mala_noticia malas_noticias queja quejas averia*
  averiad* corte_de_luz corte_de_agua intoxic* veneno* envenen* racis* machis* homofob* discrimin* protesta* disturbio* crisis pobreza hambre sequia* contamina* daño daños destroz* destru* derrib* demol* caducad*
  rechazad* abandon* crueldad deporta* apagon* pesadilla* feo fea feos feas asco asqueros* vomit* podrid* moho ratas cucaracha* piojos chinches miedo miedos amenaza* preocupad* trauma* adicci* adicto alcoholi* recaida rehabilitacion mendig*
  sin_techo sin_hogar huerfan* escandalo* corrup* recesion inflacion sanci* expuls* lo_sentimos lo_siento sentimos_comunicar sentimos_informar recorte recortes banco_de_alimentos soledad lesion lesionad* derrota* descen* eliminad* agotamiento traicion* infiel* sin_trabajo sin_empleo traspaso traspasa traspasamos`,
];

/** Sad words that a happy word in the same text outweighs: "exhausted but happy". */
export const wearyWords = ['exhausted alone sleepless cried crying tears cry', 'agotad* sola llor* lagrima*'];

/** An illness that is over. */
export const recoveryWords = [
  'remission cancer_free survivor survivors recovered recovering beat_cancer',
  'remision superado supero superamos curado curada recuperad* alta_medica superviviente*',
];

/** Happy words that outweigh them. */
export const liftingWords = [
  'happy happier proud smil* joy* worth_it won',
  'feliz felices orgullos* content* alegr* ganamos gane valio_la_pena merecio_la_pena',
];

/** Words of an end or an absence: sad in many texts, so they rule out jokes. */
export const unsureWords = [
  'last left lost tired broken broke without never anymore nobody ended ending is_over used_to remember remembering miss misses missing gone struck lightning fell fallen leaving final finally_over empty silence storm burned broke years_ago anniversary_of_his anniversary_of_her would_have in_heaven angel angels heaven candle_for scar scars test_results waiting_room',
  'ultimo ultima ultimos ultimas dejaste dejasteis nos_dejo ya_no sin_ti hace_un_año recordar recordamos recordando recuerdo ausencia acabo acaba acabado termino terminado falta faltas jamas nunca nadie tormenta rayo cayo caida vacio vacia cicatriz cielo_te desde_el_cielo angel sala_de_espera resultados',
];

/** Topics that need no joke: politics, courts, religion, money. */
export const seriousWords = [
  `court courts judge trial police election* vote votes voting president minister government parliament congress senate politic* politician* immigra* migrant* border army soldier* military weapon* gun guns law laws legal lawyer*
  tax taxes insurance mortgage therapy therapist psycholog* rehab hearing petition donate donation* donations blood charity fundraiser disabled disability wheelchair veteran* republican* democrat* gaza israel palestin* ukrain* russia*
  taliban nazi* hitler racism pray prayers god allah jesus christ muslim* islam* jew jews jewish black_lives gay lesbian trans transgender medication medicine doctor doctors nurse clinic vaccine* dentist lockdown curfew evacuat* warning alert danger* risk`,
  `juzgado tribunal juez juicio policia elecciones votar voto votos presidente ministro gobierno congreso senado politic* inmigra* migrante* frontera ejercito soldado* militar* arma armas ley leyes legal abogad* impuesto* seguro
  hipoteca terapia psicolog* peticion firma_la donar donacion* donativo* sangre solidari* discapacidad* veterano* gaza israel palestin* ucrania rusia nazi* hitler rezar oracion dios ala jesus cristo musulman* islam* judi*
  gay lesbian* trans medicacion medicamento* medico medicos doctora enfermera enfermeras clinica vacuna* dentista confinamiento evacua* aviso alerta peligro* riesgo urgente manifestacion`,
];

/** Happy words. English also has those of the AFINN list. */
export const happyWords: readonly [en: string, es: string] = [
  'happy happiest happiness joy joyful proud smile smiles smiling love loved loving won win wins winner celebrat* birthday wedding engaged graduat* party fun delicious tasty yummy beautiful gorgeous lovely sunny cosy cozy relax* holiday* vacation* weekend finally excited amazing wonderful best fresh homemade newborn adopted adventure',
  'feliz felices felicidad alegr* content* orgullos* sonri* amor amamos gan* celebr* cumpleaños boda bodas graduaci* fiesta fiestas divertid* delicios* ric* sabros* precios* bonit* hermos* bell* guap* soleado vacaciones finde fin_de_semana ilusion* increible maravillos* mejor fresc* caser* recien_nacid* adopt* aventura por_fin disfrut* estren* abraz*',
];
