/** What the pixels say: watermark, classifier and forensics, with their pictures. */
import type { Report } from '../../detect/index.js';
import type { Note } from '../note/note.js';
import { describeExpected } from '../note/words.js';
import { lines } from './credentials.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';
import type { Picture, ReportPictures } from './pictures.js';

export function pixelSections(report: Report, note: Note, pictures: ReportPictures): Markup {
  const { watermark, classifier, forensics } = pictures;
  return html`<section aria-labelledby="watermark">
      <h2 id="watermark">Watermark</h2>
      ${lines(note.watermark)} ${gallery(watermark === null ? [] : [watermark])}
    </section>
    ${
      report.pixels === undefined
        ? ''
        : html`<section aria-labelledby="pixels">
            <h2 id="pixels">Pixels</h2>
            ${report.pixels.classifier === undefined ? '' : lines(note.pixels.slice(0, 1))}
            ${gallery(classifier === null ? [] : [classifier])} ${observations(report)}
            ${gallery(forensics)}
          </section>`
    }`;
}

function observations({ pixels }: Report): Markup {
  const forensics = pixels?.forensics ?? [];
  if (forensics.length === 0) return html``;
  const rows = [
    ...forensics.filter(({ status }) => status === 'observed'),
    ...forensics.filter(({ status }) => status !== 'observed'),
  ];
  return html`<div class="wide" tabindex="0" role="region" aria-label="Forensic observations">
    <table>
      <caption>
        Forensic observations. They tell how file and pixels came about and never decide the
        verdict. False alarms: how many such findings are expected on one unremarkable picture.
      </caption>
      <thead>
        <tr>
          <th scope="col">Observation</th>
          <th scope="col">Status</th>
          <th scope="col" class="num">False alarms</th>
          <th scope="col">What it can and cannot mean</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ finding, status, falseAlarms, explain, id }) =>
            html`<tr>
              <td>${finding}<br /><code class="dim">${id}</code></td>
              <td><span class="tag">${status.replace('-', ' ')}</span></td>
              <td class="num">${falseAlarms === undefined ? '' : describeExpected(falseAlarms)}</td>
              <td>${explain}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function gallery(pictures: readonly Picture[]): Markup {
  if (pictures.length === 0) return html``;
  return html`<div class="grid">
    ${pictures.map(
      ({ title, caption, uri }) =>
        html`<figure>
          <img src="${uri}" alt="${title}" />
          <figcaption><strong>${title}.</strong> ${caption}</figcaption>
        </figure>`,
    )}
  </div>`;
}
