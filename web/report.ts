/** A report as elements: verdict, reasons, credentials as a tree, the watermark and how the picture was changed. */
import { card, el, facts } from './dom.js';

interface Ingredient {
  title: string | null;
  relationship: string | null;
  digitalSourceType: string | null;
  failure: string[];
  found: string[];
  depth: number;
}

interface Geometry {
  rotation: number;
  scale: number;
  aspect: number;
  crop: { x: number; y: number } | null;
  flip: boolean;
}

export interface Report {
  file: {
    path: string | null;
    mime: string;
    width: number | null;
    height: number | null;
    bytes: number;
  };
  verdict: {
    state: string;
    score: number;
    strength: string | null;
    summary: string;
    wouldChange: string[];
  };
  credentials: {
    presence: string;
    integrity: string;
    signer: { status: string; subject?: string | null; list?: string | null } | null;
    claim: {
      title: string | null;
      generator: string | null;
      digitalSourceType: string | null;
      actions: { action: string }[];
      ingredients: Ingredient[];
    } | null;
    problem?: string;
  };
  watermarks: {
    alg: string;
    status: string;
    payload: string | null;
    origin: string | null;
    pValue: number;
    geometry: Geometry | null;
  }[];
  evidence: { finding: string; strength: string; where: string; explain: string }[];
  clashes: { message: string }[];
  findings: { ruleId: string; level: string; message: string }[];
  heatmapPng?: string | null;
}

const STATES: Readonly<Record<string, string>> = {
  'ai-generated': 'Made by generative AI',
  'ai-edited': 'Edited with generative AI',
  'likely-ai': 'Likely made by generative AI',
  inconclusive: 'Inconclusive',
  'no-ai-evidence': 'No evidence of generative AI',
  'camera-captured': 'Signed by a camera',
};

export function renderReport(report: Report): HTMLElement[] {
  return [
    verdict(report),
    reasons(report),
    credentials(report),
    ...report.watermarks.filter(({ status }) => status !== 'none').map(watermark),
    ...(report.findings.length === 0 ? [] : [findings(report)]),
  ];
}

function verdict({
  verdict: { state, score, summary, strength, wouldChange },
}: Report): HTMLElement {
  const box = card(
    'Verdict',
    el('p', { class: 'state' }, STATES[state] ?? state),
    el('p', {}, summary),
    facts([
      ['Probability that it is synthetic', `${(100 * score).toFixed(1)} %`],
      ['Best evidence', strength],
    ]),
  );
  if (wouldChange.length > 0) {
    const list = el('ul', {}, ...wouldChange.map((text) => el('li', {}, text)));
    box.append(el('details', {}, el('summary', {}, 'What would change this'), list));
  }
  return box;
}

function reasons({ evidence, clashes }: Report): HTMLElement {
  if (evidence.length === 0)
    return card('Reasons', el('p', {}, 'Nothing was found that says anything.'));
  const items = evidence.map(({ finding, strength, where, explain }) =>
    el('li', {}, finding, el('div', { class: 'soft' }, `${strength}, in ${where}. ${explain}`)),
  );
  const box = card('Reasons', el('ol', { class: 'reasons' }, ...items));
  for (const { message } of clashes) box.append(el('p', {}, `They disagree: ${message}`));
  return box;
}

const sourceName = (uri: string | null): string | null => uri?.split('/').at(-1) ?? null;

function credentials({
  credentials: { presence, integrity, signer, claim, problem },
}: Report): HTMLElement {
  const state = facts([
    ['Found', presence],
    ['Integrity', integrity],
    ['Signer', signer === null ? null : [signer.status, signer.subject].filter(Boolean).join(': ')],
    ['Vouched for by', signer?.list],
    ['Problem', problem],
  ]);
  if (claim === null) return card('Content Credentials', state);
  const root = el(
    'li',
    {},
    el('strong', {}, claim.title ?? 'this image'),
    facts([
      ['Made with', claim.generator],
      ['Source type', sourceName(claim.digitalSourceType)],
      ['Actions', claim.actions.map(({ action }) => action).join(', ')],
    ]),
  );
  grow(root, claim.ingredients);
  return card(
    'Content Credentials',
    state,
    el('ul', { class: 'tree', 'aria-label': 'Credential chain' }, root),
  );
}

/** Ingredients come depth first, each with its depth. */
function grow(root: HTMLElement, ingredients: readonly Ingredient[]): void {
  const path: HTMLElement[] = [root];
  for (const ingredient of ingredients) {
    const depth = Math.min(ingredient.depth, path.length - 1);
    path.length = depth + 1;
    const parent = path[depth]!;
    let list = parent.querySelector(':scope > ul');
    if (list === null) {
      list = el('ul');
      parent.append(list);
    }
    const failures = [...ingredient.failure, ...ingredient.found];
    const item = el(
      'li',
      {},
      ingredient.title ?? 'unnamed',
      facts([
        ['Relation', ingredient.relationship],
        ['Source type', sourceName(ingredient.digitalSourceType)],
        ['Failures', failures.join(', ')],
      ]),
    );
    list.append(item);
    path.push(item);
  }
}

function watermark({
  alg,
  status,
  payload,
  origin,
  pValue,
  geometry,
}: Report['watermarks'][number]): HTMLElement {
  return card(
    'Watermark',
    facts([
      ['Kind', alg],
      ['Status', status],
      ['Payload', payload],
      ['It says', origin],
      ['By chance', `p ≤ ${pValue.toExponential(1)}`],
      ['Turned', geometry === null ? null : `${geometry.rotation.toFixed(1)}° clockwise`],
      ['Extent', geometry === null ? null : extentOf(geometry.scale)],
      [
        'Stretched',
        geometry === null || Math.abs(geometry.aspect - 1) < 0.005
          ? null
          : `${geometry.aspect.toFixed(2)} : 1`,
      ],
      [
        'Cut or moved',
        geometry === null
          ? null
          : geometry.crop === null
            ? 'no'
            : `${geometry.crop.x.toFixed(0)}, ${geometry.crop.y.toFixed(0)} pixels`,
      ],
      ['Mirrored', geometry === null ? null : geometry.flip ? 'yes' : 'no'],
    ]),
  );
}

/** 1 is all of the marked image; 2: cut to half of its short side; 0.5: within something twice as large. */
function extentOf(scale: number): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} % of the short side`;
  if (scale > 1.01) return `cut to ${percent(1 / scale)}`;
  return scale < 0.99 ? `within something larger, at ${percent(scale)}` : 'whole';
}

function findings({ findings: found }: Report): HTMLElement {
  const items = found.map(({ ruleId, level, message }) =>
    el('li', {}, `${ruleId} (${level}): ${message}`),
  );
  return card('Findings', el('ul', {}, ...items));
}
