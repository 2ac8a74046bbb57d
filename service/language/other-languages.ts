/** Frequent words of languages that the service does not write in, by ISO 639-1 code: they identify short texts. */
export const otherLanguages: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    fr: 'le la les un une des du de et est en dans avec sur pour par au aux ce cette ces mon ma mes notre nos votre qui que je tu il elle nous vous ils pas plus très tout tous toute bonjour merci chez sans sous jour petit petite chien chat plage soleil mer nouveau nouvelle joyeux bon bonne fête anniversaire coucher été hiver famille maison ville',
    it: 'il lo la i gli le un uno una di del dello della dei degli delle e è in nel nello nella nei nelle con su sul sulla sulle per da dal dalla al alla ai alle che mio mia miei mie nostro nostra questo questa sono siamo non più molto tutti tutto buon buona buongiorno grazie ciao sole mare spiaggia tramonto amici famiglia cane gatto giorno casa città festa compleanno',
    pt: 'o a os as um uma de do da dos das e é em no na nos nas com por pelo pela para ao aos à às que meu minha meus minhas nosso nossa este esta isso são estou está não mais muito todos bom boa bom dia obrigado obrigada olá sol mar praia amigos família cachorro gato dia casa cidade festa aniversário pôr hoje você',
    de: 'der die das den dem des ein eine einen einem einer und ist im in mit auf für von zu zum zur am an bei aus nach über unter ich du er wir ihr sie mein meine unser unsere nicht sehr auch heute schön schöne guten alles strand sonne meer hund katze freunde freunden familie tag haus stadt sonnenuntergang geburtstag mein neuer neues',
    nl: 'de het een en is in op met van voor naar aan bij uit over ik jij hij wij zij mijn onze niet zeer ook vandaag mooi mooie goed strand zon zee hond kat vrienden familie dag huis stad zonsondergang verjaardag nieuwe',
    ca: 'el la els les un una uns unes de del dels i és en al als amb per a que meu meva meus nostre nostra aquest aquesta són no més molt tots bon bona dia gràcies sol mar platja amics família gos gat casa ciutat festa posta avui',
    gl: 'o a os as un unha de do da dos das e é en no na nos nas con por polo pola para ao á que meu miña noso nosa este esta son non máis moi bo boa sol mar praia amigos familia can gato día casa cidade festa hoxe',
    eu: 'eta da dago dira ez bat nire gure hau egun eguna egunon zure gaur etxe hondartza itsasoa eguzkia lagunak txakurra katua kalea',
    sv: 'och en ett är i på med av för till från om jag du han hon vi min mitt mina vår det den de som inte mycket också idag fin bra stranden sol hund katt vänner familj dag hus stad',
    da: 'og en et er i på med af for til fra om jeg du han hun vi min mit mine vores det den de som ikke meget også dag fin god stranden sol hund kat venner familie hus by',
    pl: 'i w na z do od dla po przy jest są to ten ta nie się mój moja moje nasz nasza bardzo dzień dobry plaży plaża słońce morze pies kot przyjaciele przyjaciółmi rodzina dom miasto zachód słońca dziś',
    ro: 'și în pe cu de la din pentru este sunt un o meu mea noastră nostru nu foarte azi bună ziua plajă soare mare câine pisică prieteni prietenii familie casă oraș apus soarelui',
    tr: 've bir bu şu ile için çok da de mi ne ben biz benim bizim güzel bugün günaydın plajda güneş deniz köpek kedi arkadaşlar arkadaşlarla aile gün ev şehir batımı yeni',
    id: 'dan di ke dari yang untuk dengan ini itu adalah saya kami aku kita tidak sangat hari pantai matahari laut anjing kucing teman keluarga rumah kota selamat pagi baru bersama senja',
    fi: 'ja on ei se että minun meidän kanssa hyvää hyvä tänään ranta rannalla aurinko meri koira kissa ystävien perhe päivä talo kaupunki auringonlasku uusi',
    cs: 'a v na s z do od pro po u je jsou to ten ta ne se můj moje náš naše velmi dobrý den dnes pláž slunce moře pes kočka přátelé rodina dům město západ nový',
  }).map(([language, words]) => [language, new Set(words.split(' '))]),
);
