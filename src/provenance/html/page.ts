/**
 * A report as one page: nothing is fetched, no script runs, and a content security policy holds it to that. All text
 * of the file is escaped (markup.ts).
 */
import { createHash } from 'node:crypto';
import { toJson } from '../../core/index.js';
import type { Report } from '../../detect/index.js';
import { WATERMARK_ALG } from '../../watermark/index.js';
import type { Note } from '../note/note.js';
import { buildNote } from '../note/note.js';
import { credentialsSection } from './credentials.js';
import { evidenceSection, findingsSection } from './evidence.js';
import { quadOverlay } from './geometry.js';
import type { Content, Markup } from './markup.js';
import { escapeText, html, Markup as Raw } from './markup.js';
import { metadataSection } from './metadata.js';
import type { PictureOptions } from './pictures.js';
import { reportPictures } from './pictures.js';
import { pixelSections } from './pixels.js';
import { STYLE } from './style.js';
import { noteSection, verdictSection } from './verdict.js';

export interface HtmlReportOptions extends PictureOptions {
  /** Where the pages of findings lie, such as `https://example.org/docs/findings/`. Default: they are named only. */
  findingsUrl?: string;
}

/**
 * @param bytes the file that `report` is about.
 * @returns a whole HTML document.
 * @throws RangeError for a `findingsUrl` that is no https or relative address.
 */
export async function renderHtmlReport(
  bytes: Uint8Array,
  report: Report,
  options: HtmlReportOptions = {},
): Promise<string> {
  const { findingsUrl = null } = options;
  if (findingsUrl !== null && !/^(?:https:\/\/|\.{0,2}\/)[^\s"'<>]*\/$/.test(findingsUrl)) {
    throw new RangeError(`"findingsUrl" expected https or relative address ending in /`);
  }
  const note = buildNote(report);
  const pictures = await reportPictures(bytes, report, options);
  return page(
    `${note.name}: ${note.verdict}`,
    html`<header>
        <h1>${note.name}</h1>
        <p class="dim">${note.file}</p>
      </header>
      <main>
        <div class="top">
          ${pictures.image === null ? html`<p>The pixels cannot be decoded.</p>` : imageFigure(report, note, pictures.image)}
          ${verdictSection(report, note)}
        </div>
        ${noteSection(note)} ${credentialsSection(report, note)}
        ${pixelSections(report, note, pictures)} ${metadataSection(report, note)}
        ${evidenceSection(report)} ${findingsSection(report, findingsUrl)} ${rawSection(report)}
      </main>
      <footer>
        ${report.tool.name} ${report.tool.version}, report of ${report.validationTime}, SHA-256
        <code>${report.file.sha256}</code>. A verdict about evidence, not about truth: no evidence
        of AI is no evidence of a camera.
      </footer>`,
  );
}

function imageFigure(report: Report, note: Note, uri: string): Markup {
  const { width, height } = report.file;
  const mark = report.watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  const geometry = mark?.geometry ?? null;
  const regions = (report.pixels?.forensics ?? [])
    .filter(({ status }) => status === 'observed')
    .flatMap(({ regions: places }) => places ?? []);
  if (width === null || height === null) return html``;
  return html`<figure>
    <div class="stack">
      <img src="${uri}" alt="${note.name}, ${note.file}" />
      ${geometry === null ? '' : quadOverlay(geometry, width, height)}
      ${
        regions.length === 0
          ? ''
          : html`<svg
              viewBox="0 0 ${width} ${height}"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              ${regions
                .slice(0, 100)
                .map(
                  (place) =>
                    html`<rect
                      class="spot"
                      x="${place.x}"
                      y="${place.y}"
                      width="${place.width}"
                      height="${place.height}"
                    />`,
                )}
            </svg>`
      }
    </div>
    <figcaption>
      ${geometry === null ? 'The image, upright.' : 'The image, upright; in yellow one whole repeat of the watermark and, dashed, the others.'}
      ${regions.length === 0 ? '' : ' In blue: places of forensic observations.'}
    </figcaption>
  </figure>`;
}

function rawSection(report: Report): Markup {
  return html`<section class="raw" aria-labelledby="raw">
    <h2 id="raw">The report as JSON</h2>
    <details>
      <summary>Show</summary>
      ${new Raw(`<pre tabindex="0">${escapeText(toJson(report))}</pre>`)}
    </details>
  </section>`;
}

function page(title: string, body: Content): string {
  // The style is ours and holds no "<"; its hash is all that the policy lets in.
  const style = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Raw(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${new Raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}
