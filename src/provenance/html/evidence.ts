/** All evidence with what it is worth, and the findings that policies look at. */
import type { Evidence, Report } from '../../detect/index.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

export function evidenceSection({ evidence }: Report): Markup {
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">Evidence</h2>
    ${
      evidence.length === 0
        ? html`<p>None.</p>`
        : html`<div class="wide" tabindex="0" role="region" aria-labelledby="evidence">
            <table>
              <caption>
                Strongest first. Weight: natural logarithm of how much likelier the finding is for a
                synthetic image than for another; 0 says nothing about that.
              </caption>
              <thead>
                <tr>
                  <th scope="col">Finding</th>
                  <th scope="col">Strength</th>
                  <th scope="col" class="num">Weight</th>
                  <th scope="col">Where</th>
                  <th scope="col">What it can and cannot mean</th>
                </tr>
              </thead>
              <tbody>
                ${evidence.map(
                  (item) =>
                    html`<tr>
                      <td>${item.finding}<br />${named(item)}</td>
                      <td><span class="tag">${item.strength}</span></td>
                      <td class="num">${item.llr > 0 ? '+' : ''}${Number(item.llr.toFixed(1))}</td>
                      <td><code>${item.where}</code></td>
                      <td>
                        ${item.explain}${item.spoofable ? ' Can be forged with ordinary tools.' : ''}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

/** The section that shows more of what the finding is about; a registry has none. */
const SECTION: Record<Evidence['layer'], string | null> = {
  credentials: 'credentials',
  watermark: 'watermark',
  metadata: 'metadata',
  classifier: 'pixels',
  forensics: 'pixels',
  registry: null,
};

function named({ id, layer }: Evidence): Markup {
  const section = SECTION[layer];
  const name = html`<code class="dim">${id}</code>`;
  return section === null ? name : html`<a href="#${section}">${name}</a>`;
}

/** @param findingsUrl where the pages of findings lie; they are named without a link when it is null. */
export function findingsSection({ findings }: Report, findingsUrl: string | null): Markup {
  if (findings.length === 0) return html``;
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    <ul>
      ${findings.map(
        ({ ruleId, level, message, code }) =>
          html`<li>
            ${rule(ruleId, findingsUrl)} <span class="${level}">${level}</span> ${message}
            ${code === null ? '' : html`<code>${code}</code>`}
          </li>`,
      )}
    </ul>
    ${findingsUrl === null ? html`<p class="dim">Each is explained in docs/findings/.</p>` : ''}
  </section>`;
}

/** Ids are ours, but a report may have come a long way: only what looks like one becomes part of a URL. */
function rule(ruleId: string, findingsUrl: string | null): Markup {
  if (findingsUrl === null || !/^[A-Z]{2}\d{3}$/.test(ruleId)) return html`<code>${ruleId}</code>`;
  return html`<a href="${findingsUrl}${ruleId}.md" rel="noreferrer"><code>${ruleId}</code></a>`;
}
