/**
 * Which of several statements about an image's origin prevails. IPTC Digital Source Type
 * (http://cv.iptc.org/newscodes/digitalsourcetype/); C2PA 2.4 section 18.15.4 puts one on any action.
 */

export interface SourceStatement {
  /** URI as written, or `COMPOSITE_WITH_AI` where that follows from what was written. */
  type: string;
  /** Who states it: the signer of the file, or the signer of something it was made from. */
  from: 'active' | 'ingredient';
  /** What is held against the ingredients that it comes through, as codes. */
  failures: readonly string[];
}

/** What a manifest and its ingredients state, by what the statement is about. */
export interface SourceStatements {
  /** On `c2pa.created` and `c2pa.opened`: how the image began. */
  began: readonly SourceStatement[];
  /** On any other action. */
  edits: readonly SourceStatement[];
  /** Of `parentOf` ingredients: the image before these actions. */
  parents: readonly SourceStatement[];
  /** Of ingredients that are a part of the image. */
  components: readonly SourceStatement[];
}

const VOCABULARY = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
export const COMPOSITE_WITH_AI = `${VOCABULARY}compositeWithTrainedAlgorithmicMedia`;
const COMPOSITE = `${VOCABULARY}composite`;

/** `retouched` types say that no generative tool was used, which leaves a capture a capture. */
type Kind = 'generated' | 'part-generated' | 'camera' | 'retouched' | 'other';

/** Codes in lower case. Whatever is not listed is `other`, unknown types included. */
const KINDS: Readonly<Record<string, Kind>> = {
  trainedalgorithmicmedia: 'generated',
  trainedalgorithmicdata: 'generated',
  compositewithtrainedalgorithmicmedia: 'part-generated',
  compositesynthetic: 'part-generated',
  digitalcapture: 'camera',
  computationalcapture: 'camera',
  minorhumanedits: 'retouched',
  humanedits: 'retouched',
  algorithmicallyenhanced: 'retouched',
};

const URI = /^https?:\/\/(?:cv\.iptc\.org\/newscodes|c2pa\.org)\/digitalsourcetype\/([a-z]+)\/?$/;

function kindOf({ type }: SourceStatement): Kind {
  const text = type.trim().toLowerCase();
  const code = URI.exec(text)?.[1] ?? text;
  return Object.hasOwn(KINDS, code) ? KINDS[code]! : 'other';
}

const ofKind = (statements: readonly SourceStatement[], ...kinds: Kind[]): SourceStatement[] =>
  statements.filter((statement) => kinds.includes(kindOf(statement)));

/** Of statements that say the same, the one that most can be held to. */
function surest(statements: readonly SourceStatement[]): SourceStatement | undefined {
  const doubt = ({ from, failures }: SourceStatement): number =>
    (from === 'active' ? 0 : 1) + 2 * failures.length;
  return [...statements].sort((a, b) => doubt(a) - doubt(b))[0];
}

/**
 * Generative AI anywhere in the making prevails over every other statement, since signers state it
 * against their interest. A camera type prevails over nothing: it holds while nobody states otherwise.
 */
export function prevailingSource(statements: SourceStatements): SourceStatement | null {
  const { began, edits, parents, components } = statements;
  const whole = surest(ofKind([...began, ...parents], 'generated'));
  if (whole !== undefined) return whole;

  const contained = ofKind([...edits, ...components], 'generated', 'part-generated');
  const part = surest([
    ...ofKind([...began, ...parents], 'part-generated'),
    ...contained.map((statement) => ({ ...statement, type: COMPOSITE_WITH_AI })),
  ]);
  if (part !== undefined) return part;

  // A placed photo (an edit with a camera type) does not make its canvas a photo.
  const base = [
    ...ofKind(began, 'other'),
    ...ofKind(edits, 'other'),
    ...ofKind(began, 'retouched'),
    ...ofKind(parents, 'other'),
    ...began,
    ...ofKind(edits, 'retouched'),
    ...parents,
  ][0];
  if (base === undefined) return null;
  const pasted = kindOf(base) === 'camera' ? ofKind(components, 'other')[0] : undefined;
  return pasted === undefined ? base : { ...pasted, type: COMPOSITE };
}
