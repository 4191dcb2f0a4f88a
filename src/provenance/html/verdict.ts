/** The verdict, its reasons and its limits: what an expert would note down first. */
import type { Report } from '../../detect/index.js';
import type { Note } from '../note/note.js';
import { describeScore } from '../note/words.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

export function verdictSection(report: Report, note: Note): Markup {
  const { state, score, prior } = report.verdict;
  return html`<section class="verdict ${state}" aria-labelledby="verdict">
    <h2 id="verdict" class="state">${capital(note.verdict)}</h2>
    ${scoreBar(score, prior)}
    <p>${note.summary}</p>
  </section>`;
}

/** Where the score lies between 0 and 1, with the prior as a notch. */
function scoreBar(score: number, prior: number): Markup {
  const label = `Score ${describeScore(score)} of 1, from a prior of ${describeScore(prior)}`;
  return html`<svg class="score" viewBox="0 0 400 20" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" x="0" y="5" width="400" height="10" rx="3" />
      <rect
        class="fill"
        x="0"
        y="5"
        width="${Math.max(6, Math.round(400 * score))}"
        height="10"
        rx="3"
      />
      <line
        x1="${Math.round(400 * prior)}"
        x2="${Math.round(400 * prior)}"
        y1="1"
        y2="19"
        class="notch"
      />
    </svg>
    <p class="dim">${label}</p>`;
}

export function noteSection(note: Note): Markup {
  return html`<section aria-labelledby="reasons">
      <h2 id="reasons">Reasons</h2>
      ${
        note.reasons.length === 0
          ? html`<p>Nothing was found that bears on the verdict.</p>`
          : html`<ol>
              ${note.reasons.map(
                ({ finding, strength, where, explain }) =>
                  html`<li>
                    ${finding} <span class="tag">${strength}</span><br />
                    <span class="dim"><code>${where}</code> ${explain}</span>
                  </li>`,
              )}
            </ol>`
      }
      ${note.moreReasons > 0 ? html`<p class="dim">${note.moreReasons} more under Evidence.</p>` : ''}
      ${note.clashes.map((message) => html`<p class="note"><strong>Clash.</strong> ${message}</p>`)}
    </section>
    <section aria-labelledby="limits">
      <h2 id="limits">Limits of this verdict</h2>
      <div class="grid">
        ${list('Looked for and not found', note.notFound)} ${list('Not checked', note.notChecked)}
        ${list('What would change it', note.wouldChange)}
        <div>
          <h3>False positives</h3>
          <p>${capital(note.falsePositives)}.</p>
        </div>
      </div>
    </section>`;
}

function list(title: string, entries: readonly string[]): Markup {
  if (entries.length === 0) return html``;
  return html`<div>
    <h3>${title}</h3>
    <ul>
      ${entries.map((entry) => html`<li>${entry}</li>`)}
    </ul>
  </div>`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
