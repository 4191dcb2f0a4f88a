/** The image with its heat map over it, and a slider between the two. */
import { card, el } from './dom.js';

/** @param picture address of the image; null when only its heat map can be shown. */
export function renderPicture(picture: string | null, heatmap: string | null): HTMLElement | null {
  if (picture === null && heatmap === null) return null;
  if (heatmap === null) {
    const image = el('img', { src: picture!, alt: 'The image', class: 'made' });
    return card(
      'Image',
      image,
      el('p', { class: 'soft' }, 'There is no watermark to show the place of.'),
    );
  }
  const map = el('img', {
    src: `data:image/png;base64,${heatmap}`,
    alt: 'Where the watermark stands out: coloured from 2 (violet) to 10 (yellow) standard deviations of chance',
  });
  if (picture === null) return card('Heat map', el('div', { class: 'stack' }, map));
  map.className = 'over';
  const frame = el('div', { class: 'frame' }, el('img', { src: picture, alt: 'The image' }), map);
  const slider = el('input', { type: 'range', min: '0', max: '100', value: '60', id: 'heatmap' });
  const apply = (): void => {
    map.style.opacity = String(Number(slider.value) / 100);
    slider.setAttribute('aria-valuetext', `${slider.value} % heat map`);
  };
  slider.addEventListener('input', apply);
  apply();
  const label = el('label', { for: 'heatmap' }, 'Heat map over the image');
  return card('Heat map', el('div', { class: 'stack' }, frame), label, slider);
}
