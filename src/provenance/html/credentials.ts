/** Content Credentials: what stands, who signed, and the chain of what the image was made from, as a tree. */
import type { Report } from '../../detect/index.js';
import type { Note } from '../note/note.js';
import type { NoteLine } from '../note/words.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

type Claim = NonNullable<Report['credentials']['claim']>;
type Ingredient = Claim['ingredients'][number];

export function credentialsSection({ credentials }: Report, note: Note): Markup {
  const { claim, failures } = credentials;
  return html`<section aria-labelledby="credentials">
    <h2 id="credentials">Content Credentials</h2>
    ${lines(note.credentials)} ${claim === null ? '' : chain(claim)}
    ${
      failures.length === 0
        ? ''
        : html`<h3>What fails</h3>
            <ul>
              ${failures.map(
                ({ code, explanation }) =>
                  html`<li><code>${code}</code> ${explanation === null ? '' : explanation}</li>`,
              )}
            </ul>`
    }
  </section>`;
}

export function lines(entries: readonly NoteLine[]): Markup {
  return html`${entries.map(({ text, level }) => html`<p class="${level}">${text}</p>`)}`;
}

function chain(claim: Claim): Markup {
  const actions = claim.actions.map(({ action }) => action.replace(/^c2pa\./, '')).join(', ');
  return html`<h3>Made from</h3>
    <ul class="tree">
      <li>
        <strong>${claim.title ?? 'this image'}</strong>
        <span class="dim">${claim.generator ?? 'unknown software'}: ${actions}</span>
        ${branch(claim.ingredients, 0)}
        ${
          claim.ingredientsOmitted === 0
            ? ''
            : html`<p class="dim">${claim.ingredientsOmitted} more are not shown.</p>`
        }
      </li>
    </ul>`;
}

/** `ingredients` come depth first: those that follow one and lie deeper are its own. */
function branch(ingredients: readonly Ingredient[], depth: number): Markup {
  const items: Markup[] = [];
  for (let i = 0; i < ingredients.length;) {
    const item = ingredients[i]!;
    let end = i + 1;
    while (end < ingredients.length && ingredients[end]!.depth > depth) end++;
    items.push(
      leaf(item, depth < MAX_DEPTH ? branch(ingredients.slice(i + 1, end), depth + 1) : html``),
    );
    i = end;
  }
  return items.length === 0
    ? html``
    : html`<ul>
        ${items}
      </ul>`;
}

/** Browsers stop nesting elements at some 500; nobody reads that far. */
const MAX_DEPTH = 40;

function leaf(item: Ingredient, children: Markup): Markup {
  const { title, relationship, format, digitalSourceType, failure, found } = item;
  const problems = [...failure, ...found];
  const facts = [
    relationship,
    format,
    digitalSourceType === null
      ? null
      : digitalSourceType.slice(digitalSourceType.lastIndexOf('/') + 1),
    item.manifest === null ? 'no credentials of its own' : null,
  ].filter((fact) => fact !== null);
  return html`<li>
    ${title ?? 'unnamed'} <span class="dim">${facts.join(', ')}</span>
    ${problems.length === 0 ? '' : html`<span class="error"><code>${problems.join(', ')}</code></span>`}
    ${children}
  </li>`;
}
