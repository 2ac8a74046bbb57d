import { useMessages } from '../../language/provider.tsx';
import { translations } from '../../language/translations.ts';
import { useSession } from '../../session/provider.tsx';
import { newsAddress } from '../filters/use-filters.ts';

const messages = translations(
  {
    title: 'No sources yet',
    intro: 'News come from sources that you choose: the feed of a newspaper, a health service or a journal.',
    contact: 'Set NEWS_CONTACT to an address where publishers reach you, such as mailto:news@example.org, and restart the service.',
    add: 'Add the address of a feed. The service checks robots.txt and shows what it finds before anything is stored.',
    wait: 'Articles appear here minutes later: with their tone, topics and countries.',
    button: 'Add the first source',
    ask: 'An administrator adds the first source.',
  },
  {
    title: 'Todavía no hay fuentes',
    intro: 'Las noticias vienen de las fuentes que elijas: el canal de un periódico, de un servicio de salud o de una revista.',
    contact:
      'Configura NEWS_CONTACT con una dirección en la que te encuentren los medios, como mailto:news@example.org, y reinicia el servicio.',
    add: 'Añade la dirección de un canal. El servicio comprueba robots.txt y muestra lo que encuentra antes de guardar nada.',
    wait: 'Minutos después aparecen aquí los artículos, con su tono, sus temas y sus países.',
    button: 'Añadir la primera fuente',
    ask: 'La primera fuente la añade un administrador.',
  },
);

/** How to start, for a service without sources. */
export function FirstSource() {
  const t = useMessages(messages);
  const { may } = useSession();
  return (
    <section className="card news-first">
      <h2>{t.title}</h2>
      <p>{t.intro}</p>
      {may('Admin') ? (
        <>
          <ol>
            <li>{t.contact}</li>
            <li>{t.add}</li>
            <li>{t.wait}</li>
          </ol>
          <div>
            <a className="button primary" href={newsAddress('sources/new', '')}>
              {t.button}
            </a>
          </div>
        </>
      ) : (
        <p>{t.ask}</p>
      )}
    </section>
  );
}
