import type { Language } from './languages.ts';

/** Frequent words that are no function words and that only one of the two languages has: they identify a short text. */
export const commonWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    'all about again also always another any anyone are around as away back be because been best better big book can come could day did do does done down every everyone few first fresh full fun get gets give go going gone good got great had happy has have he help here him home how if just keep know last left like little live long look made make makes making many may me meet more most much must need never new next nice night not now off old once one only open or other out own people please post ready right said sale same see she should show since small so some soon special start still stop sunny take than thank thanks that there they things think time today together tomorrow tonight too try two until up us use very visit want was wait way weekend welcome well went what when where which white why will with without work would year years yes yesterday you your looking coming opening closed closing free'.split(
      ' ',
    ),
  ),
  es: new Set(
    'abierto abierta abrimos ahora ahorrar algo alguien amamos antes aquí así aún ayer bien bienvenido bienvenidos bonita bonito buen buena buenas bueno buenos cada casi celebrando celebramos cerrado cerrada cerramos chicas chicos comer cómo como compra comprar con conoce cuando cuidado descubre descuento descuentos despedida disfruta disfrutando domingo donde dos e ella ellos encontrar entrada envío equipo eres es esa eso espera esperamos esta está estamos estas este esto estoy estreno excelente fecha felices felicidades feliz fin foto frente fue fuera gracias grande grandes gran gratis gusta guárdalo ha haciendo hacer hago han hasta hay hecho hola hombre hora horas hoy jugando juntos jueves las les libre listo listos llega llegan lleno llevar lugar lunes luz mañana martes más me mejor mejores menos mes mi miércoles mío mirando mis momento mucha mucho muchos muerto mundo muy nada nadie ni ningún niños noche nos nuestra nuestro nueva nuevas nuevo nuevos nunca o oferta ofertas ojos os otra otro para paso pero perro poco podemos poder porque precio prohibido próxima próximo proyecto publicación puede puedes pues quedan queremos quien quién quiero rebajas recién regalo regreso reserva reservas rico rica sábado sabor sala salir se sé sea seguir semana ser si sí siempre sin sobre solo sólo somos son sorteo soy su suave suerte tal también tanto te tenemos tener tengo ti tiempo tiene tienda toda todas todavía todo todos trabajo tres tu tus un última último últimas últimos únete usted va vamos ve ven venta ver vez vida viejo viene viernes visita vivir vuelta vuelve y ya yo'.split(
      ' ',
    ),
  ),
};
