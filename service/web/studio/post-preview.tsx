import { useState } from 'react';
import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { studioMessages } from './messages.ts';
import { postText } from './post.ts';

/** Characters that Instagram shows before “more”. */
const foldedLength = 125;

interface PostPreviewProps {
  readonly caption: string;
  readonly hashtags: readonly string[];
  /** data: URL. */
  readonly picture: string | undefined;
  readonly description: string;
}

/** A caption as it looks in Instagram's feed. */
export function PostPreview({ caption, hashtags, picture, description }: PostPreviewProps) {
  const t = useMessages(studioMessages);
  const { session } = useSession();
  const [isOpen, setOpen] = useState(false);
  const name = session?.user?.username ?? t.yourName;
  const text = postText(caption, hashtags);
  const isLong = text.length > foldedLength;
  const shown = isOpen || !isLong ? text : `${text.slice(0, foldedLength).trimEnd()}…`;
  return (
    <section className="post" aria-label={t.post}>
      <div className="post-head">
        <span className="avatar" aria-hidden="true" />
        <strong>{name}</strong>
      </div>
      {picture === undefined ? (
        <p className="post-picture">{description}</p>
      ) : (
        <img className="post-picture" src={picture} alt={description} />
      )}
      <p className="post-text">
        <strong>{name}</strong> <TextWithHashtags text={shown} />{' '}
        {isLong && (
          <button type="button" className="link" onClick={() => setOpen(!isOpen)}>
            {isOpen ? t.less : t.more}
          </button>
        )}
      </p>
    </section>
  );
}

/** Hashtags and mentions look like links, as on Instagram. */
function TextWithHashtags({ text }: { readonly text: string }) {
  let offset = 0;
  return text.split(/((?:#|@)[\p{L}\p{M}\p{N}_.]+)/u).map((piece) => {
    const key = offset;
    offset += piece.length;
    return /^[#@]./u.test(piece) ? (
      <span key={key} className="tag">
        {piece}
      </span>
    ) : (
      <span key={key}>{piece}</span>
    );
  });
}
