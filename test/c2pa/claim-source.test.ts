/** Which source type prevails: several actions, ingredients of every relationship, what is held against them. */
import { describe, expect, it } from 'vitest';
import { readClaim } from '../../src/c2pa/claim.js';

const uri = (code: string): string => `http://cv.iptc.org/newscodes/digitalsourcetype/${code}`;
const AI = 'trainedAlgorithmicMedia';
const PART = 'compositeWithTrainedAlgorithmicMedia';
const PHOTO = 'digitalCapture';

type Json = Record<string, unknown>;

/** Actions as `[name, type]`; a null type is left out. */
function manifest(actions: [string, string | null][], ingredients: Json[] = []): Json {
  const list = actions.map(([action, type]) => ({
    action: `c2pa.${action}`,
    ...(type === null ? {} : { digitalSourceType: uri(type) }),
  }));
  const labelled = ingredients.map((entry, i) => ({ label: `c2pa.ingredient.v3__${i}`, ...entry }));
  return {
    assertions: [{ label: 'c2pa.actions.v2', data: { actions: list } }],
    ingredients: labelled,
  };
}
const ingredient = (relationship: string, label: string, more: Json = {}): Json => ({
  relationship,
  active_manifest: label,
  ...more,
});

function sourceOf(manifests: Record<string, Json>, more: Json = {}) {
  const claim = readClaim({ manifests, ...more }, 'active')!;
  const type = claim.digitalSourceType?.replace(/^.*\//, '') ?? null;
  return { type, from: claim.sourceTypeFrom, failures: claim.sourceTypeFailures };
}

describe('the actions of one manifest', () => {
  it.each([
    [`created ${PHOTO}`, PHOTO],
    [`created ${AI}`, AI],
    // A phone's photo, then a generative edit.
    [`created ${PHOTO}, edited ${PART}`, PART],
    [`created ${PHOTO}, edited ${AI}`, PART],
    ['created computationalCapture, placed compositeSynthetic', PART],
    ['created compositeSynthetic', 'compositeSynthetic'],
    [`created ${AI}, edited ${PART}`, AI],
    [`created ${AI}, edited humanEdits`, AI],
    [`opened ${AI}`, AI],
    [`edited ${AI}`, PART],
    // Without generative AI.
    [`created ${PHOTO}, edited`, PHOTO],
    [`created ${PHOTO}, edited minorHumanEdits`, PHOTO],
    [`created ${PHOTO}, edited compositeCapture`, 'compositeCapture'],
    [`created ${PHOTO}, edited somethingOf2030`, 'somethingOf2030'],
    [`created digitalArt, placed ${PHOTO}`, 'digitalArt'],
    [`opened, placed ${PHOTO}`, null],
    ['opened, edited humanEdits', 'humanEdits'],
  ])('%s: %s', (text, type) => {
    const actions = text.split(', ').map((part): [string, string | null] => {
      const [action, stated] = part.split(' ');
      return [action!, stated ?? null];
    });
    const from = type === null ? null : 'active';
    expect(sourceOf({ active: manifest(actions) })).toEqual({ type, from, failures: [] });
  });

  it('reads a generative edit behind 500 others, and spellings of the wild', () => {
    const many = Array.from({ length: 500 }, (): [string, null] => ['edited', null]);
    expect(
      sourceOf({ active: manifest([['created', PHOTO], ...many, ['edited', PART]]) }).type,
    ).toBe(PART);
    for (const type of [
      `https://cv.iptc.org/newscodes/digitalsourcetype/${PART}/`,
      PART.toUpperCase(),
      'http://c2pa.org/digitalsourcetype/trainedAlgorithmicData',
    ]) {
      const actions = [
        { action: 'c2pa.created', digitalSourceType: uri(PHOTO) },
        { action: 'c2pa.edited', digitalSourceType: type },
      ];
      const active = { assertions: [{ label: 'c2pa.actions', data: { actions } }] };
      expect(sourceOf({ active }).type, type).toBe(PART);
    }
  });
});

describe('ingredients', () => {
  const of = (relationship: string, type: string, actions: [string, string | null][] = []) =>
    sourceOf({
      active: manifest(actions, [ingredient(relationship, 'b')]),
      b: manifest([['created', type]]),
    });

  it.each<[string, string, [string, string | null][], string | null, string | null]>([
    ['parentOf', AI, [], AI, 'ingredient'],
    ['parentOf', AI, [['edited', 'humanEdits']], AI, 'ingredient'],
    ['parentOf', AI, [['edited', PART]], AI, 'ingredient'],
    ['parentOf', PART, [], PART, 'ingredient'],
    ['parentOf', PHOTO, [], PHOTO, 'ingredient'],
    ['parentOf', PHOTO, [['edited', AI]], PART, 'active'],
    ['parentOf', PHOTO, [['edited', 'composite']], 'composite', 'active'],
    ['parentOf', 'digitalArt', [['created', PHOTO]], 'digitalArt', 'ingredient'],
    ['componentOf', AI, [], PART, 'ingredient'],
    ['componentOf', AI, [['created', 'compositeCapture']], PART, 'ingredient'],
    ['componentOf', AI, [['created', PHOTO]], PART, 'ingredient'],
    ['componentOf', PHOTO, [], null, null],
    ['componentOf', PHOTO, [['created', PHOTO]], PHOTO, 'active'],
    ['componentOf', 'digitalArt', [['created', PHOTO]], 'composite', 'ingredient'],
    ['componentOf', 'digitalArt', [], null, null],
    ['inputTo', AI, [], null, null],
    ['inputTo', AI, [['created', PHOTO]], PHOTO, 'active'],
    ['inputTo', PHOTO, [], null, null],
    ['somethingOf2030', AI, [], PART, 'ingredient'],
    ['somethingOf2030', PHOTO, [], null, null],
  ])('%s %s under %j: %s by %s', (relationship, type, actions, expected, from) => {
    expect(of(relationship, type, actions)).toMatchObject({ type: expected, from });
  });

  it('looks through ingredients of ingredients', () => {
    const chain = (relationships: [string, string]) => ({
      active: manifest([], [ingredient(relationships[0], 'b')]),
      b: manifest([['opened', null]], [ingredient(relationships[1], 'c')]),
      c: manifest([['created', AI]]),
    });
    expect(sourceOf(chain(['parentOf', 'parentOf'])).type).toBe(AI);
    expect(sourceOf(chain(['parentOf', 'componentOf'])).type).toBe(PART);
    expect(sourceOf(chain(['componentOf', 'parentOf'])).type).toBe(PART);
    expect(sourceOf(chain(['parentOf', 'inputTo'])).type).toBeNull();
  });

  it('answers from the top where manifests contain each other', () => {
    const circle = {
      active: manifest([['opened', null]], [ingredient('parentOf', 'b')]),
      b: manifest([['created', AI]], [ingredient('parentOf', 'active')]),
    };
    expect(sourceOf(circle)).toMatchObject({ type: AI, from: 'ingredient' });
  });

  it('takes what the signer states about an ingredient for its own word, unless AI is below', () => {
    const store = (type: string, stated: string) => ({
      active: manifest([], [ingredient('parentOf', 'b', { digital_source_type: uri(stated) })]),
      b: manifest([['created', type]]),
    });
    expect(sourceOf(store(PHOTO, PHOTO))).toMatchObject({ type: PHOTO, from: 'active' });
    expect(sourceOf(store(AI, PHOTO))).toMatchObject({ type: AI, from: 'ingredient' });
    expect(sourceOf(store(PHOTO, AI))).toMatchObject({ type: AI, from: 'active' });
  });
});

describe('what is held against an ingredient', () => {
  const status = (...codes: string[]) => codes.map((code) => ({ code }));
  const UNTRUSTED = 'signingCredential.untrusted';
  const MISMATCH = 'assertion.dataHash.mismatch';
  const photo = (recorded: Json) => ({
    active: manifest([['opened', null]], [ingredient('parentOf', 'b', recorded)]),
    b: manifest([['created', PHOTO]]),
  });
  const recorded = {
    validation_results: { activeManifest: { failure: status(UNTRUSTED, MISMATCH) } },
  };
  const delta = (validationDeltas: Json) => ({
    validation_results: {
      ingredientDeltas: [
        {
          ingredientAssertionURI: 'self#jumbf=/c2pa/active/c2pa.assertions/c2pa.ingredient.v3__0',
          validationDeltas,
        },
      ],
    },
  });

  it('comes with what is inherited', () => {
    const failures = [UNTRUSTED, MISMATCH];
    expect(sourceOf(photo(recorded))).toEqual({ type: PHOTO, from: 'ingredient', failures });
    // The list of older ingredients, with what went well among it.
    const old = { validation_status: status('claimSignature.validated', MISMATCH) };
    expect(sourceOf(photo(old)).failures).toEqual([MISMATCH]);
    // Not with what the signer states itself.
    const active = manifest([['created', AI]], [ingredient('componentOf', 'b', recorded)]);
    expect(sourceOf({ ...photo({}), active }).failures).toEqual([]);
  });

  it('is what the engine finds today, too', () => {
    expect(sourceOf(photo({}), delta({ failure: status(UNTRUSTED) })).failures).toEqual([
      UNTRUSTED,
    ]);
    // Whoever signed without trust lists recorded everyone as untrusted.
    const today = delta({ success: status('signingCredential.trusted') });
    expect(sourceOf(photo(recorded), today).failures).toEqual([MISMATCH]);
  });

  it('adds up along the way, and the surer of two statements is taken', () => {
    const store = {
      active: manifest([], [ingredient('parentOf', 'b', recorded)]),
      b: manifest([], [ingredient('parentOf', 'c', { validation_status: status('x.y') })]),
      c: manifest([['created', PHOTO]]),
    };
    expect(sourceOf(store).failures).toEqual([UNTRUSTED, MISMATCH, 'x.y']);
    const two = {
      active: manifest(
        [],
        [ingredient('componentOf', 'b', recorded), ingredient('componentOf', 'c')],
      ),
      b: manifest([['created', AI]]),
      c: manifest([['created', AI]]),
    };
    expect(sourceOf(two)).toEqual({ type: PART, from: 'ingredient', failures: [] });
  });
});
