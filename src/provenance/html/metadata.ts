/** Metadata as a table; what may name people only where the report holds it. */
import type { MetadataItem, Report } from '../../detect/index.js';
import type { Note } from '../note/note.js';
import { lines } from './credentials.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

export function metadataSection({ metadata }: Report, note: Note): Markup {
  const { system, personal } = metadata;
  return html`<section aria-labelledby="metadata">
    <h2 id="metadata">Metadata</h2>
    ${lines(note.metadata)} ${table('What tools wrote about themselves', system)}
    ${
      Array.isArray(personal)
        ? table('Names, places, texts', personal)
        : personal.redacted === 0
          ? ''
          : html`<p class="dim">
              Names, places and texts are left out; --include-personal shows them.
            </p>`
    }
  </section>`;
}

function table(caption: string, items: readonly MetadataItem[]): Markup {
  if (items.length === 0) return html``;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          ({ name, value, where }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
              <td><code>${where}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
